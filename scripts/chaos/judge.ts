import type { LyingShard, Record } from "./record.ts";
import { type Ended, numbersOf, runsOf } from "./look.ts";
import { countOf, type Count } from "./theory.ts";

/** Two-sided; a study that is as promised fails by chance once in a thousand. */
const CONFIDENCE = 0.999;

/** What came of it. */
export interface Judgement {
  readonly runs: number;
  readonly sameRuns: number;
  /** Runs that hold a lie that still stands, or went on from one. */
  readonly liedRuns: number;
  readonly lies: number;
  readonly drawn: number;
  readonly theory: Count;
  /** Lying shards that count at the end. */
  readonly standing: number;
  readonly results: number;
  readonly voided: number;
  readonly audits: Readonly<{ passed: number; contradicted: number; unverified: number }>;
  /** What was promised and did not hold, in words. */
  readonly broken: readonly string[];
}

/**
 * Holds a study that was disturbed against one that was not.
 * @param truth the same plan, trained by honest volunteers whom nobody disturbed
 */
export function judge(truth: Ended, { snapshot, results, audits }: Ended, record: Record): Judgement {
  const broken = [...record.broken];
  const stands = new Set(results.results.map(({ signed }) => signed?.lease ?? ""));
  const left = new Set((results.voided ?? []).map(({ result }) => result.signed?.lease ?? ""));
  for (const lease of record.accepted) {
    if (!stands.has(lease) && !left.has(lease)) broken.push(`lost: the result of ${lease}, which was accepted`);
  }
  const isStanding = ({ lease }: LyingShard) => stands.has(lease);
  for (const lie of record.lies)
    if (lie.drawn && isStanding(lie)) broken.push(`stands: the lie of ${lie.lease}, whose interval was drawn`);
  const standing = new Set(record.lies.filter(isStanding).map(({ lease }) => lease));
  const liedRuns = new Set(
    results.results.filter(({ signed }) => standing.has(signed?.lease ?? "")).map(({ variant, seed }) => `${variant}.s${seed}`),
  );
  const wanted = runsOf(truth.snapshot);
  let sameRuns = 0;
  for (const [name, run] of runsOf(snapshot)) {
    if (run.state !== "finished") broken.push(`${name}: got a run that is ${run.state}, want it finished`);
    if (liedRuns.has(name)) continue;
    if (numbersOf(run) === numbersOf(wanted.get(name)!)) sameRuns++;
    else broken.push(`${name}: got other numbers than the undisturbed study has, and no lie in it`);
  }
  const theory = countOf(
    record.lies.map(({ chance }) => chance),
    CONFIDENCE,
  );
  const drawn = record.lies.filter((lie) => lie.drawn).length;
  if (drawn < theory.low || drawn > theory.high) {
    broken.push(`lies drawn: got ${drawn}, want ${theory.low} to ${theory.high} (${100 * CONFIDENCE} %)`);
  }
  const open = audits.filter(({ verdict }) => verdict === null).length;
  if (open > 0) broken.push(`${open} audits are still open`);
  const count = (verdict: string) => audits.filter((one) => one.verdict === verdict).length;
  return {
    ...{ runs: wanted.size, sameRuns, liedRuns: liedRuns.size },
    ...{ lies: record.lies.length, drawn, theory, standing: standing.size },
    ...{ results: results.results.length, voided: results.voided?.length ?? 0, broken },
    audits: { passed: count("passed"), contradicted: count("contradicted"), unverified: count("could not be verified") },
  };
}
