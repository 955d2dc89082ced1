import { claims } from "../shared/claims/index.ts";
import { experimentHeader } from "../shared/experiments/experiment.ts";
import { trainedExperiments } from "../shared/experiments/index.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import { type ExperimentHeader, ProfileName } from "../shared/protocol/experiment.ts";
import type { StudyIndex } from "../shared/protocol/study-index.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { readIndex } from "./metrics-kv.ts";

// Plans and claims are code: they are hashed once in an isolate's life, not with every request.
const headersOf = new Map<ProfileName, readonly ExperimentHeader[]>();
const sha256Of = new WeakMap<readonly ExperimentHeader[], string>();

/** The study's own experiments under the profile of this deployment. */
export function ownHeaders(profile: string): readonly ExperimentHeader[] {
  const name = profileName(profile);
  const known = headersOf.get(name) ?? trainedExperiments.map((experiment) => experimentHeader(experiment, name));
  headersOf.set(name, known);
  return known;
}

/** @throws Error naming the variable when the deployment is configured with another profile */
export const profileName = (profile: string): ProfileName =>
  ProfileName.parse(profile, { error: () => `PROFILE: got ${JSON.stringify(profile)}, want pilot or paper` });

/** Names the study as deployed: other plans, claims or words, or another protocol, another hash. */
export function studySha256(headers: readonly ExperimentHeader[]): string {
  const known =
    sha256Of.get(headers) ?? sha256Hex(canonicalJson({ protocol: PROTOCOL_VERSION, headers, claims: claimsSha256() }));
  sha256Of.set(headers, known);
  return known;
}

/** Names the claims as deployed, words and weights included. */
export const claimsSha256 = (): string => (knownClaims ??= sha256Hex(canonicalJson(claims)));
let knownClaims: string | undefined;

/**
 * Which experiments there are, from KV. On a fresh store, or after a deployment with other plans, the study's object makes what is missing
 * first; no visitor has to prepare anything.
 */
export async function studyIndex(env: Env): Promise<StudyIndex> {
  const index = await readIndex(env.METRICS);
  if (index?.studySha256 === studySha256(ownHeaders(env.PROFILE))) return index;
  return study(env).index();
}

export const study = (env: Env) => env.STUDY.getByName("study");

export const coordinator = (env: Env, experiment: string) => env.COORDINATOR.getByName(experiment);
