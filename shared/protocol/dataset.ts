import { z } from "zod";
import { Sha256 } from "./primitives.ts";

/** Bytes of one image in a chunk: CIFAR-10's own binary layout, 1 label and 3 x 32 x 32 pixels (channel, row, column). */
export const RECORD_BYTES = 3073;

/** What the labels 0 to 9 stand for. */
export const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"] as const;

export const Chunk = z.strictObject({
  file: z.string().regex(/^[a-z0-9.-]+$/),
  split: z.enum(["train", "test"]),
  first: z.number().int().min(0).describe("index of its first image within the split"),
  count: z.number().int().min(1),
  bytes: z.number().int(),
  sha256: Sha256,
});
export type Chunk = z.infer<typeof Chunk>;

/** `/data/cifar10/manifest.json` */
export const Manifest = z.strictObject({
  name: z.literal("cifar-10"),
  source: z.strictObject({ package: z.string(), integrity: z.string() }),
  images: z.strictObject({ train: z.number().int(), test: z.number().int() }),
  classes: z.array(z.string()).length(10),
  chunks: z.array(Chunk),
});
export type Manifest = z.infer<typeof Manifest>;
