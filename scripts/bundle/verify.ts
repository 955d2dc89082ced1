import { createHash } from "node:crypto";
import type { LogEntry } from "../../shared/protocol/action-log.ts";
import { type ExperimentLine, OF_STUDY, type Row, type VerdictsLine } from "../../shared/protocol/bundle.ts";
import { isReplica } from "../../shared/experiments/replica.ts";
import type { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { chainFault, EMPTY } from "../../workers/action-log/chain.ts";
import { checkVolunteer } from "./check-volunteer.ts";
import { checkExperiment, firstDifference } from "./check-experiment.ts";
import { checkReplica } from "./check-replica.ts";
import { Difference, readBundle } from "./lines.ts";
import { verdictsLine } from "./verdicts.ts";

/** What a bundle was found to hold, all of it as it says. */
export interface Verified {
  readonly takenAt: string;
  readonly lines: number;
  readonly sha256: string;
  readonly logEntries: number;
  readonly experiments: readonly {
    readonly id: string;
    readonly results: number;
    readonly standing: number;
    readonly signed: number;
  }[];
  readonly verdicts: VerdictsLine["verdicts"];
  readonly checkpoints: number;
  /** Runs that cannot go on from the bundle alone. */
  readonly missing: readonly string[];
}

/**
 * Recomputes every number and every verdict of a bundle from its accepted results, without a network.
 * @throws Difference at the first thing that is not as it says
 */
export async function verifyBundle(file: string): Promise<Verified> {
  const entries: LogEntry[] = [];
  const snapshots: ExperimentSnapshot[] = [];
  const found: Verified["experiments"][number][] = [];
  const wanted = new Map<string, string>();
  let takenAt = "";
  let verdicts: VerdictsLine["verdicts"] | null = null;
  let checkpoints = 0;
  let isBehindStudy = false;
  let open: { line: ExperimentLine; results: Row[] } | null = null;
  const close = async () => {
    if (!open) return;
    const { line, results } = open;
    open = null;
    checkReplica(line.header, snapshots);
    const counts = await checkExperiment({ line, results });
    found.push({ id: line.header.id, results: results.length, ...counts });
    snapshots.push(line.snapshot);
    for (const [sha256, run] of goingOn(line)) wanted.set(sha256, run);
  };
  const lines = readBundle(file);
  for (;;) {
    const { value, done } = await lines.next();
    if (done) {
      await close();
      if (!verdicts) throw new Difference("verdicts: got none, want what follows from the results");
      const missing = [...wanted.values()];
      return { takenAt, ...value, logEntries: entries.length, experiments: found, verdicts, checkpoints, missing };
    }
    const { n, line } = value;
    if (line.line !== "row") await close();
    switch (line.line) {
      case "bundle":
        takenAt = line.at;
        break;
      case "log": {
        const fault = chainFault([line.entry], entries.at(-1) ?? EMPTY);
        if (fault !== null) throw new Difference(`line ${n}: ${fault}`);
        entries.push(line.entry);
        break;
      }
      case "study":
        isBehindStudy = true;
        break;
      case "experiment":
        isBehindStudy = false;
        open = { line, results: [] };
        break;
      case "row":
        if (line.of === OF_STUDY && isBehindStudy) {
          checkVolunteer(`line ${n}`, line);
          break;
        }
        if (line.of !== open?.line.header.id)
          throw new Difference(`line ${n}: got a row of ${line.of}, want one of the experiment before it`);
        if (line.table === "results") open.results.push(line.row);
        break;
      case "verdicts": {
        const { verdicts: follow } = verdictsLine(snapshots, takenAt);
        // Earlier releases judged replicas as if somebody had asked for a rerun.
        const said = line.verdicts.filter(({ family }) => !isReplica(family));
        if (JSON.stringify(follow) !== JSON.stringify(said)) {
          throw new Difference(`line ${n}: got ${firstDifference(said, follow, "verdicts")}`);
        }
        verdicts = follow;
        break;
      }
      case "checkpoint": {
        const sha256 = createHash("sha256").update(Buffer.from(line.base64, "base64")).digest("hex");
        if (sha256 !== line.sha256)
          throw new Difference(`line ${n}: checkpoint: got bytes with the hash ${sha256}, want ${line.sha256}`);
        wanted.delete(sha256);
        checkpoints += 1;
        break;
      }
      case "end":
        break;
    }
  }
}

/** Checkpoints from which an experiment's runs go on, and the words for each run. */
export function goingOn({ header, tables }: ExperimentLine): [sha256: string, run: string][] {
  return (tables.runs ?? []).flatMap(({ variant, seed, step, checkpoint }): [string, string][] =>
    typeof checkpoint === "string" && Number(step) < header.plan.spec.steps
      ? [[checkpoint, `${header.id}: ${variant}, seed ${seed}, from step ${step}`]]
      : [],
  );
}
