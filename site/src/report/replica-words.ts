import { trainedExperiments } from "../../../shared/experiments/index.ts";
import type { Replication, ReplicaRun } from "../../../shared/protocol/replication.ts";
import type { Table } from "../figures/figure.ts";
import { plural, short } from "../words.ts";

/** How many drawn pairs were trained again, and how they came out: a few sentences. */
export function replicaWords(replication: Replication | null | undefined): string {
  if (!replication) return "These data do not tell of pairs that were trained again.";
  const { drawn, replicated, agree, differ, pairs } = replication;
  if (drawn === 0) return "Of the pairs that are listed none is drawn.";
  const inState = (state: Replication["pairs"][number]["state"]) => pairs.filter((pair) => pair.state === state).length;
  const [open, waiting] = [inState("first runs not finished"), inState("waits for another vendor")];
  const unknown = replicated - agree - differ;
  const again = [
    agree > 0 && `${agree} came out within what two seeds differ by`,
    differ > 0 && `${differ} did not`,
    unknown > 0 && `${unknown} cannot be compared yet`,
  ].filter(Boolean);
  const rest = [
    waiting > 0 && `${waiting} ${waiting === 1 ? "waits" : "wait"} for a device of another vendor`,
    open > 0 && `the first runs of ${open} are not finished`,
  ].filter(Boolean);
  return (
    [
      `${plural(drawn, "pair")} ${drawn === 1 ? "is" : "are"} drawn.`,
      replicated === 0
        ? "None has been trained again yet"
        : `${replicated} ${replicated === 1 ? "was" : "were"} trained again: ${again.join(", ")}`,
    ].join(" ") + (rest.length > 0 ? `; ${rest.join(", and ")}.` : ".")
  );
}

/** Each drawn pair, run by run once it was trained again. */
export function replicaTable(replication: Replication | null | undefined): Table {
  const rows = (replication?.pairs ?? []).flatMap(({ experiment, seed, state, runs }) => {
    const title = trainedExperiments.find(({ id }) => experiment.startsWith(`${id}-p`))?.title ?? experiment;
    const first = [...new Set(runs.flatMap(({ vendors }) => vendors))].join(", ") || "–";
    if (state !== "replicated") return [[`${title}, seed ${seed}`, "every variant", first, "–", "–", state]];
    return runs.map((run) => [
      ...[`${title}, seed ${seed}`, run.variant, run.vendors.join(", ") || "–", run.again?.join(", ") ?? "–", apartWords(run)],
      run.agrees === null ? "cannot be told yet" : run.agrees ? "alike" : "otherwise",
    ]);
  });
  return { columns: ["Pair", "Run", "First on", "Again on", "Apart at the end (two seeds)", "Came out"], rows, note: "" };
}

/** "0.012 (0.034)": how far the two came out from each other, and what two seeds may. */
const apartWords = ({ final }: ReplicaRun): string =>
  final ? `${short(final.difference, 2)} (${final.betweenSeeds === null ? "not known" : short(final.betweenSeeds, 2)})` : "–";
