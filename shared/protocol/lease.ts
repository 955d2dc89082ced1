import { z } from "zod";
import { Fraction, Instant, LeaseId, Loss, Sha256, Slug, Step } from "./primitives.ts";
import { TrainingSpec } from "./training-spec.ts";

/** Where ONNX Runtime computes: `cpu` is the native one (command line), `wasm` and `webgpu` are the browser's. */
export const Provider = z.enum(["webgpu", "wasm", "cpu"]);
export type Provider = z.infer<typeof Provider>;

/** The device as far as it shows itself; kept with every result as provenance. */
export const Device = z.strictObject({
  provider: Provider,
  adapter: z.string().max(120).nullable().describe("GPU vendor and architecture, or processor"),
  threads: z.number().int().min(1).max(1024),
  runtime: z.string().max(60).describe("for example onnxruntime-web 1.30.0"),
  platform: z.string().max(120).describe("browser or Node, and operating system"),
});
export type Device = z.infer<typeof Device>;

const Bytes = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** What the device can give to training, as cautiously as it knows. It stands beside the device, because it changes from one shard to the next. */
export const DeviceMemory = z.strictObject({
  bytes: Bytes.describe("in all"),
  largestBufferBytes: Bytes.describe("for one tensor: on WebGPU the largest storage buffer that a shader may bind"),
});
export type DeviceMemory = z.infer<typeof DeviceMemory>;

/** How fast a device trains one kind of run, measurements included. */
export const Speed = z.strictObject({
  work: z
    .string()
    .regex(/^[0-9a-f]{16}$/, "want 16 lower-case hexadecimal digits")
    .describe("which kind: hash of network, normalization, batch size and measurements"),
  stepsPerSecond: z.number().positive().max(1e6),
});
export type Speed = z.infer<typeof Speed>;

/** `POST /api/leases`: a volunteer asks for a shard. */
export const LeaseRequest = z.strictObject({
  protocol: z.number().int(),
  device: Device,
  memory: DeviceMemory.optional().describe("only shards that fit it are leased; without it every shard is believed to fit"),
  experiment: Slug.optional().describe("only from this experiment"),
  speeds: z
    .array(Speed)
    .max(16)
    .optional()
    .describe("what this device measured in earlier shards: a shard is made as long as it trains in about three minutes"),
  calibration: z.string().max(600).optional().describe("the certificate of this device's calibration"),
  prefer: Slug.optional().describe("a shard this volunteer has a local checkpoint of; given if it is free"),
  replaces: LeaseId.optional().describe(
    "the lease under which that checkpoint was made: if it still lives, it ends and this one takes its place",
  ),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** A claim that a shard's run is trained for, and how far it is from a verdict. */
export const ClaimServed = z.strictObject({
  claim: z.string().max(8).describe("such as C1"),
  sentence: z.string().max(200),
  remaining: z.number().int().nullable().describe("pairs of runs expected to be needed still; null: more than can be had"),
  fewest: z.number().int().describe("pairs needed at the least"),
});
export type ClaimServed = z.infer<typeof ClaimServed>;

/** Why a lease is for steps that somebody else has trained already, or will. */
export const LeasedAudit = z.strictObject({
  kind: z.enum(["replay", "divergence", "evaluation", "opening"]).describe("opening: first steps that nobody has trained yet"),
  because: z.enum(["drawn", "suspect", "diverged"]).nullable().describe("null: of an opening"),
});
export type LeasedAudit = z.infer<typeof LeasedAudit>;

/** A volunteer's right to one shard until a deadline. */
export const Lease = z.strictObject({
  id: LeaseId,
  deadline: Instant,
  heartbeatSeconds: z.number().positive(),
  experiment: z.strictObject({ id: Slug, title: z.string(), question: z.string() }),
  variant: z.strictObject({ id: Slug, label: z.string() }),
  shard: z.strictObject({
    id: Slug,
    index: z.number().int().min(0),
    of: z.number().int().min(1),
    fromStep: Step,
    toStep: Step,
  }),
  spec: TrainingSpec,
  startCheckpoint: Sha256.nullable().describe("null: step 0, the initial parameters follow from the seed"),
  modelSha256: Sha256.describe("the ONNX model that this provider must train with"),
  serves: z
    .array(ClaimServed)
    .max(64)
    .optional()
    .describe("the undecided claims that wait for this run, nearest to a verdict first"),
  commitEvery: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("at multiples of it and at its end a shard is committed, interval by interval; absent: not at all"),
  audit: LeasedAudit.optional().describe("these steps are trained again to check them; absent: they are the run's next"),
});
export type Lease = z.infer<typeof Lease>;

/** The answer to a lease request. Having nothing to give is an outcome, not an error. */
export const LeaseReply = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("lease"), lease: Lease }),
  z.strictObject({ kind: z.literal("idle"), reason: z.string(), retryAfterSeconds: z.number().positive() }),
]);
export type LeaseReply = z.infer<typeof LeaseReply>;

/** `POST /api/leases/:id/heartbeat` */
export const Heartbeat = z.strictObject({
  step: Step,
  loss: Loss,
  accuracy: Fraction.nullable(),
  stepsPerSecond: z.number().min(0).nullable(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

export const HeartbeatReply = z.strictObject({ deadline: Instant });
export type HeartbeatReply = z.infer<typeof HeartbeatReply>;
