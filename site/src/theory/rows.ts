import { statements } from "../../../shared/theory/index.ts";
import { theoryChecks } from "./checks.ts";
import type { Standing } from "../report/claim-words.ts";

/** A statement of the paper's theory, and what its check found. */
export interface TheoryRow {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly standing: Standing;
  /** What was found, with numbers. */
  readonly verdict: string;
}

/** In the paper's order. */
export const theoryRows = (): readonly TheoryRow[] =>
  statements.map(({ id, name, title, corrected }, index) => {
    const { verdict, holds } = theoryChecks()[index]!;
    return { id, name, title, verdict, standing: standingOf(holds, corrected !== null) };
  });

/** "7 statements: 3 hold as printed, 4 after a correction." */
export function theoryWords(): string {
  const kinds = theoryRows().map(({ standing }) => standing.kind);
  const count = (kind: Standing["kind"]) => kinds.filter((one) => one === kind).length;
  const parts = [
    `${count("supported")} hold as printed`,
    count("weaker-than-reported") > 0 && `${count("weaker-than-reported")} after a correction`,
    count("refuted") > 0 && `${count("refuted")} not`,
  ].filter(Boolean);
  return `${kinds.length} statements: ${parts.join(", ")}`;
}

function standingOf(holds: boolean, isCorrected: boolean): Standing {
  if (!holds) return { kind: "refuted", isSettled: true, words: "Does not hold" };
  return isCorrected
    ? { kind: "weaker-than-reported", isSettled: true, words: "Holds, corrected" }
    : { kind: "supported", isSettled: true, words: "Holds as printed" };
}
