import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { experiments } from "../../shared/experiments/index.ts";
import { isTrained, trainingSpec } from "../../shared/experiments/experiment.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { markdown } from "../bench/table.ts";
import { returning } from "../volunteer/returned-memory.ts";
import { growthOf, type Life } from "./growth.ts";

/**
 * A spec of each network that the study trains under the pilot profile; those that differ in their rates or seeds are the same models. Landscapes have a point for each direction,
 * since more take time and no other model.
 */
export function networksOfStudy(): TrainingSpec[] {
  const specs = experiments
    .filter(isTrained)
    .flatMap(({ plans: { pilot } }) => pilot.variants.map((variant) => short(trainingSpec(pilot, variant, pilot.seeds[0]!))));
  return [...new Map(specs.map((spec) => [nameOf(spec), spec])).values()];
}

/**
 * What a process of its own has resident when it trains these networks one after another, so many times over, as an auditor does; garbage is collected before each look.
 * @param isReturning whether it runs as the auditor does, or glibc is left alone  @returns a turn for a minute
 */
export async function inTurns(specs: readonly TrainingSpec[], turns: number, isReturning: boolean): Promise<Life> {
  const { MALLOC_MMAP_THRESHOLD_: _own, ...env } = process.env;
  const script = path.join(import.meta.dirname, "networks-process.ts");
  const child = spawn(process.execPath, ["--expose-gc", script, JSON.stringify(specs), String(turns)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: isReturning ? returning(env) : env,
  });
  const life: { minute: number; bytes: number; network: string }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const spec = specs[life.length % specs.length]!;
    life.push({ minute: Math.floor(life.length / specs.length) + 1, bytes: Number(line), network: nameOf(spec) });
  }
  if (life.length !== turns * specs.length) throw new Error(`networks: got ${life.length} looks, want ${turns * specs.length}`);
  return life;
}

/** MB that a process may keep of a turn of networks: the smallest session of the study has 3.2, so that a single one in a turn shows. */
export const KEPT_BELOW = 3;

/**
 * MB that it grew by from turn to turn once it was warm: whatever it keeps of a network that it has left.
 * @param warmTurns left out: small blocks leave holes between them, until those that are there are enough for the largest network
 */
export const keptPerTurn = (life: Life, warmTurns = 2): number => growthOf([life], warmTurns)!.mbPerMinute;

export function networksTable(alone: Life, returned: Life, warmTurns: number): string {
  const turns = [...new Set(alone.map(({ minute }) => minute))];
  const cells = (life: Life, turn: number) => {
    const mb = life.filter(({ minute }) => minute === turn).map(({ bytes }) => bytes / 1e6);
    return [Math.min(...mb), Math.max(...mb)].map((each) => each.toFixed(0));
  };
  const header = ["turn", "glibc left alone: least, MB", "most, MB", "large blocks are returned: least, MB", "most, MB"];
  return `${markdown([header, ...turns.map((turn) => [String(turn), ...cells(alone, turn), ...cells(returned, turn)])])}

Kept of a turn after the first ${warmTurns}: ${keptPerTurn(alone, warmTurns).toFixed(2)} MB left alone, ${keptPerTurn(returned, warmTurns).toFixed(2)} MB as auditors and volunteers run (the median slope between samples with the same network; to hold: less than ${KEPT_BELOW} MB).`;
}

function short({ probes, ...spec }: TrainingSpec): TrainingSpec {
  const { landscape } = probes ?? {};
  if (!probes || !landscape) return { ...spec, ...(probes && { probes }) };
  const { every, along, random } = landscape;
  return { ...spec, probes: { ...probes, landscape: { every, along: along.slice(0, 1), random: random.slice(0, 1) } } };
}

const nameOf = ({ network, normalization, batchSize, probes }: TrainingSpec): string =>
  canonicalJson({ network, normalization, batchSize, probes: probes ?? null });
