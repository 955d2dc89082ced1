import { config, z } from "zod";
import { Commit, Opening } from "./audit.ts";
import { Provider, Speed } from "./lease.ts";
import { Measurements } from "./measurements.ts";
import { LeaseId, Sha256, Slug, Step } from "./primitives.ts";
import { Series } from "./result.ts";

/** What a volunteer's device keeps between visits; read back with the same suspicion as anything from outside. */

export const Contribution = z.strictObject({ shards: z.number().int(), steps: z.number().int(), trainMs: z.number() });
export type Contribution = z.infer<typeof Contribution>;

/** How fast this device trained what it trained last, by provider. */
export const KeptSpeeds = z.array(Speed.extend({ provider: Provider })).max(32);
export type KeptSpeeds = z.infer<typeof KeptSpeeds>;

/** How far a shard came on this device: what is needed, besides the state, to go on with the same bits after a reload. */
export const LocalHeader = z.strictObject({
  lease: LeaseId,
  experiment: Slug,
  shard: Slug,
  specSha256: Sha256,
  modelSha256: Sha256,
  startCheckpoint: Sha256.nullable(),
  step: Step,
  divergedAt: Step.nullable(),
  training: Series,
  evaluation: Series,
  measurements: Measurements,
  opening: Opening.describe("losses of the shard's first steps"),
  interval: Opening.describe("losses of the first steps since the last commit"),
  commits: z.array(Commit),
  trainMs: z.number().min(0),
  evaluateMs: z.number().min(0),
});
export type LocalHeader = z.infer<typeof LocalHeader>;

/** For pages whose Content-Security-Policy has no 'unsafe-eval': schemas check without compiling themselves. */
export function checkWithoutEval(): void {
  config({ jitless: true });
}
