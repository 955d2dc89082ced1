import { z } from "zod";
import { Device } from "./lease.ts";
import { Slug } from "./primitives.ts";

/** So many distances of a pair of devices are published: the latest. */
export const KEPT_DISTANCES = 50;
/** Bounds what stands beside the metrics under one key of KV, to half of what is left there: kinds of devices and variants. */
export const KEPT_KINDS = 500;
/** So many pairs of devices: those that were compared most. */
export const KEPT_PAIRS = 100;

/** What audits have shown of the kinds of devices that train an experiment. It stands beside the merged metrics, since it follows from audits. */
export const AuditedDevices = z.strictObject({
  shards: z
    .array(
      z.strictObject({
        device: Device,
        variant: Slug,
        passed: z
          .number()
          .int()
          .positive()
          .describe("shards of which an interval was trained again, or the end tested again, and agreed"),
      }),
    )
    .max(KEPT_KINDS)
    .describe("of accepted results, by the device that trained them"),
  pairs: z
    .array(
      z.strictObject({
        of: Device.describe("whose interval it was"),
        by: Device.describe("which trained it again"),
        steps: z.number().int().positive().describe("of an interval"),
        agreed: z.number().int().positive().describe("intervals that agreed"),
        distances: z
          .array(z.number().nonnegative())
          .max(KEPT_DISTANCES)
          .describe("relative l2 distances between the two ends' weights, the latest last; 0: the same bits"),
      }),
    )
    .max(KEPT_PAIRS),
});
export type AuditedDevices = z.infer<typeof AuditedDevices>;
