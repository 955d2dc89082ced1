import type { LogEntry } from "../../../shared/protocol/action-log.ts";
import type { ExperimentStatus, OperatorStatus } from "../../../shared/protocol/operator.ts";
import { megabytes, percent, plural } from "../words.ts";

/** An entry of the log in a sentence. */
export function entryWords({ kind, fields }: LogEntry): string {
  const field = (name: string) => (fields[name] === null || fields[name] === undefined ? "" : String(fields[name]));
  const about = field("experiment") || "the whole study";
  const because = field("reason") ? `: ${field("reason")}` : "";
  switch (kind) {
    case "opened":
      return `Opened ${about}`;
    case "rerun":
      return `Rerun ${about} of ${field("parent")}${because}`;
    case "paused":
      return `Paused ${about}${because}`;
    case "resumed":
      return `Resumed ${about}${because}`;
    case "restored":
      return `Restored from bundle ${field("bundle").slice(0, 8)}, ${field("lines")} lines`;
    case "voided":
      return `Voided volunteer ${field("volunteer")}${because}`;
    case "audited":
      return `Audits of ${about}: ${field("passed")} passed, ${field("contradicted")} contradicted, ${field("unverified")} could not be verified`;
    case "verdict-latched":
      return `Verdict on ${field("claim")} (${field("family")}): ${field("verdict")}, after ${field("pairs") || "no"} pairs`;
  }
}

/** "3 of 90 finished, 5 begun, 1 diverged" */
export function runsWords({ runs: { waiting, training, finished, diverged } }: ExperimentStatus): string {
  const all = waiting + training + finished + diverged;
  return [`${finished + diverged} of ${all} over`, training && `${training} begun`, diverged && `${diverged} diverged`]
    .filter(Boolean)
    .join(", ");
}

export const shareWords = ({ steps, stepsPlanned }: ExperimentStatus): string => percent(steps / stepsPlanned);

export const leasesWords = ({ leases, volunteers }: ExperimentStatus): string =>
  leases === 0 ? "none" : `${leases} by ${plural(volunteers, "volunteer")}`;

/** The study in one sentence. */
export function studyWords({ experiments, paused, bytes, deployment, protocol, profile }: OperatorStatus): string {
  const sum = (of: (experiment: ExperimentStatus) => number) => experiments.reduce((total, one) => total + of(one), 0);
  const some = experiments.filter((experiment) => experiment.paused !== null).length;
  const state =
    paused !== null
      ? `Paused: ${paused}.`
      : some > 0
        ? `Leasing out, but for ${plural(some, "paused experiment")}.`
        : "Leasing out.";
  return [
    `${state} ${plural(experiments.length, "experiment")}, ${plural(
      sum(({ leases }) => leases),
      "live lease",
    )},`,
    `${plural(
      sum(({ resultsLastHour }) => resultsLastHour),
      "result",
    )} in the last hour, ${sum(({ results }) => results).toLocaleString("en")} in all,`,
    `${megabytes(bytes + sum((one) => one.bytes))} stored. Profile ${profile}, protocol ${protocol}, deployment ${deployment.slice(0, 8) || "local"}.`,
  ].join(" ");
}
