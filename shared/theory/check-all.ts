import { type Check, holds } from "./finding.ts";
import type { TheoryInputs } from "./inputs.ts";
import { statements } from "./index.ts";
import type { Statement } from "./statement.ts";
import { sampleOf } from "./units.ts";

export interface Checked extends Check {
  readonly id: string;
  /** Whether every finding is what the theory says. */
  readonly holds: boolean;
}

/** Checks one statement after the other on the same units, so that a reader sees the first while the rest is computed. */
export function* checkAll(inputs: TheoryInputs, chosen: readonly Statement[] = statements): Generator<Checked> {
  const sample = sampleOf(inputs);
  for (const { id, check } of chosen) {
    const checked = check(sample);
    yield { id, holds: checked.findings.every(holds), ...checked };
  }
}
