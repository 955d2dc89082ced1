import { trainingSpec } from "../../shared/experiments/experiment.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { Row } from "../../shared/protocol/bundle.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import { resultAsHandedIn, type Result, type StoredResult } from "../../shared/protocol/result.ts";
import { isSignedBy, resultText, volunteerId } from "../../shared/protocol/signature.ts";
import { checkResult } from "../../workers/coordinator/validator.ts";
import { shardOf } from "../../workers/coordinator/work-generator.ts";
import { Difference } from "./lines.ts";

/**
 * Relations between a stored result's numbers, its shard and its plan (the same that were checked when it was accepted), and its signature.
 * @returns whether it is signed
 */
export async function checkStored(at: string, stored: StoredResult, row: Row, { id, plan }: ExperimentHeader): Promise<boolean> {
  const { variant, seed, provenance, divergedAt } = stored;
  if (!plan.variants.some((one) => one.id === variant) || !plan.seeds.includes(seed)) {
    throw new Difference(`${at}: got ${variant}, seed ${seed}, want a run of the plan`);
  }
  const { fromStep, toStep, startCheckpoint, modelSha256 } = provenance;
  const steps = (divergedAt ?? toStep) - fromStep;
  if (row.steps !== steps) throw new Difference(`${at}: steps: got ${row.steps}, want ${steps}`);
  const run = { variant, seed, shards: 0, step: fromStep, checkpoint: startCheckpoint, divergedAt: null };
  const shard = shardOf(id, plan, run, { index: 0, fromStep, toStep });
  const result = resultAsHandedIn(stored);
  // Its model is not compiled again: another release compiles another one.
  const [fault] = checkResult(result, shard, trainingSpec(plan, shard.variant, seed), modelSha256);
  if (fault) throw new Difference(`${at}: ${fault.path}: ${fault.message}`);
  return checkSignature(at, stored, result, row);
}

async function checkSignature(at: string, { signed, provenance }: StoredResult, result: Result, row: Row): Promise<boolean> {
  if (!signed) return false; // From before protocol 3.
  const { lease, publicKey, signature } = signed;
  const signer = volunteerId(publicKey);
  for (const [name, volunteer] of Object.entries({ volunteer: row.volunteer, "provenance.volunteer": provenance.volunteer })) {
    if (volunteer !== signer) throw new Difference(`${at}: ${name}: got ${volunteer}, want ${signer}, whose key signed it`);
  }
  const text = resultText(lease, sha256Hex(canonicalJson(result)));
  if (!(await isSignedBy(crypto.subtle, publicKey, signature, text))) {
    throw new Difference(
      `${at}: signature: got one over something else, want the volunteer's over this result and lease ${lease}`,
    );
  }
  return true;
}
