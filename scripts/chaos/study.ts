import { trainingSpec } from "../../shared/experiments/experiment.ts";
import type { Plan } from "../../shared/protocol/experiment.ts";
import type { Speed } from "../../shared/protocol/lease.ts";
import { OperatorStatus } from "../../shared/protocol/operator.ts";
import { Rerun, type RerunRequest } from "../../shared/protocol/rerun.ts";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { workKey } from "../../shared/protocol/work-key.ts";
import { fetchJson } from "../snapshot/recompute.ts";

/** What is trained: the paper's deep linear network, of few steps and samples, so that honest training is real and still cheap. */
const STEPS = 500;
const BATCH = 16;
const VARIANTS = ["standard-lr0.000001", "batchnorm-lr0.000001"];
/** Over so many seconds a shard is meant to last (docs/decisions.md): what is said of the speed decides how long it is. */
const TARGET_SECONDS = 180;

/** The rerun that is trained here, of the study's deep linear experiment. */
export const studyRequest = (experiment: string, seeds: number): RerunRequest => ({
  experiment,
  variants: VARIANTS,
  seeds: Array.from({ length: seeds }, (_, i) => i + 1),
  overrides: { steps: STEPS, batchSize: BATCH },
  reason: "npm run chaos",
});

/** Asks for the rerun that is trained here. @param token that opens reruns */
export async function askForStudy(origin: string, token: string, seeds: number): Promise<Rerun> {
  const { experiments } = StudySnapshot.parse(await fetchJson(`${origin}/api/snapshot`));
  const parent = experiments.find(({ experiment }) => /^deep-linear-(pilot|paper)-/.test(experiment.id));
  if (!parent) throw new Error(`${origin}: got no deep linear experiment, want the study's`);
  const body = studyRequest(parent.experiment.id, seeds);
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(`${origin}/api/reruns`, { method: "POST", headers, body: JSON.stringify(body) });
  if (response.status !== 201) throw new Error(`POST /api/reruns: got ${response.status} ${await response.text()}`);
  return Rerun.parse(await response.json());
}

/** Speeds for which a shard is cut after about so many steps. */
export const speedsFor = (plan: Plan, steps: number): Speed[] =>
  plan.variants.map((variant) => ({ work: workKey(trainingSpec(plan, variant, 0)), stepsPerSecond: steps / TARGET_SECONDS }));

/** How far it is. */
export interface Progress {
  readonly finished: number;
  readonly runs: number;
  readonly results: number;
  readonly openAudits: number;
}

/** @throws Error while nobody answers */
export async function progressOf(origin: string, token: string, experiment: string): Promise<Progress> {
  const headers = { authorization: `Bearer ${token}` };
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${origin}${path}`, { headers, signal: AbortSignal.timeout(60_000) });
    if (!response.ok) throw new Error(`${path}: got ${response.status}`);
    return response.json();
  };
  const status = OperatorStatus.parse(await ask("/api/operator/status"));
  const { audits } = ExperimentAudits.parse(await ask(`/api/experiments/${experiment}/audits`));
  const { runs, results } = status.experiments.find(({ id }) => id === experiment)!;
  const openAudits = audits.filter(({ verdict }) => verdict === null).length;
  return { finished: runs.finished, runs: runs.waiting + runs.training + runs.finished + runs.diverged, results, openAudits };
}
