import { z } from "zod";
import { Device } from "./lease.ts";
import { Instant, Loss, Sha256, VolunteerId } from "./primitives.ts";

/** Sums of the weights, each with signs of its own: as many as tell how far two states lie apart, to a tenth. */
export const PROJECTIONS = 32;

/** What a device computed for one of the known trainings. */
export const CalibrationAnswer = z.strictObject({
  case: z.string().max(40),
  losses: z.array(Loss).max(16).describe("of every step, before its update"),
  end: Sha256.describe("of the state at its end, as a checkpoint"),
  projected: z.array(Loss).length(PROJECTIONS).describe("sums of the final weights with known signs; null: not finite"),
});
export type CalibrationAnswer = z.infer<typeof CalibrationAnswer>;

/** `POST /api/calibrations`: what a device makes of trainings whose outcome is known. */
export const Calibration = z.strictObject({
  protocol: z.number().int(),
  device: Device,
  reference: Sha256.describe("of the known answers: which trainings these are"),
  answers: z.array(CalibrationAnswer).min(1).max(8),
  seconds: z.number().min(0).max(3600).describe("what it took"),
});
export type Calibration = z.infer<typeof Calibration>;

/** `rough`: further from the known answers than rounding explains, and not wrong either. */
export const CalibrationVerdict = z.enum(["passed", "rough", "contradicts"]);
export type CalibrationVerdict = z.infer<typeof CalibrationVerdict>;

export const CalibrationReply = z.strictObject({
  verdict: CalibrationVerdict,
  words: z.string().max(600),
  certificate: z
    .string()
    .max(600)
    .optional()
    .describe("for lease requests from this device; without one every shard is audited, as a newcomer's is"),
  expiresAt: Instant.optional().describe("the certificate's end"),
});
export type CalibrationReply = z.infer<typeof CalibrationReply>;

/** How far from the known answers, relative: the first losses, and the weights at the end (l2). */
export const Spread = z.strictObject({ firstLoss: z.number().min(0), distance: z.number().min(0) });
export type Spread = z.infer<typeof Spread>;

/** Devices of one kind: what was measured of them, and what an audit allows them therefore. */
export const KindSpread = z.strictObject({
  kind: z.string().describe("provider, adapter, runtime and platform"),
  networks: z.number().int().describe("from how many networks they were calibrated: each counts once"),
  passed: z.number().int(),
  rough: z.number().int(),
  contradicts: z.number().int(),
  states: z.number().int().describe("different final states among those that passed: 1 where all had the same bits"),
  median: Spread.nullable().describe("null where nothing could be compared"),
  tolerance: Spread.nullable().describe("its part of an audit's thresholds; null: too few, the default holds"),
});
export type KindSpread = z.infer<typeof KindSpread>;

/** `GET /api/calibrations` */
export const Calibrations = z.strictObject({
  kinds: z.array(KindSpread),
  default: Spread.describe("a kind's part where too few were calibrated"),
});
export type Calibrations = z.infer<typeof Calibrations>;

/** What a device keeps of it. */
export const KeptCertificate = z.strictObject({
  volunteer: VolunteerId,
  kind: z.string().max(400),
  reference: Sha256,
  certificate: z.string().max(600),
  expiresAt: Instant,
});
export type KeptCertificate = z.infer<typeof KeptCertificate>;
