import { MovementSum, type Movement } from "../../shared/audit/movement.ts";
import type { TensorSpec } from "../../shared/graph/model.ts";
import { checkpointHeader } from "../../shared/nn/checkpoint.ts";
import { readPart } from "../checkpoints-r2.ts";

/** Numbers compared at a time: three pieces of at most 4 MiB are in memory, however large the network is. */
const PIECE = 2 ** 19;

type Floats = Float32Array | Float64Array;

/** A state to be read piece by piece: one that is stored, or one that is at hand. */
export type Source = { readonly sha256: string; readonly step: number } | { readonly parameters: Floats };

/** How the weights of two ends lie to each other, seen from where both started. @throws Error when a checkpoint is gone */
export async function movementOf(
  bucket: R2Bucket,
  layout: readonly TensorSpec[],
  { start, claimed, audited }: { readonly start: Source; readonly claimed: Source; readonly audited: Source },
): Promise<Movement> {
  const sum = new MovementSum();
  for await (const [a, b, c] of pieces(bucket, layout, [start, claimed, audited])) sum.add(a!, b!, c!);
  return sum.result();
}

/** Whether every weight of a state is a finite number. */
export async function isFinite(bucket: R2Bucket, layout: readonly TensorSpec[], state: Source): Promise<boolean> {
  for await (const [piece] of pieces(bucket, layout, [state])) if (!piece!.every(Number.isFinite)) return false;
  return true;
}

async function* pieces(bucket: R2Bucket, layout: readonly TensorSpec[], sources: readonly Source[]): AsyncGenerator<Floats[]> {
  const [parameters] = layout;
  if (parameters?.name !== "parameters") throw new Error(`checkpoint: got ${parameters?.name} first, want parameters`);
  const count = parameters.shape.reduce((product, length) => product * length, 1);
  for (let from = 0; from < count; from += PIECE) {
    const length = Math.min(PIECE, count - from);
    yield await Promise.all(sources.map((source) => piece(bucket, layout, source, from, length)));
  }
}

async function piece(
  bucket: R2Bucket,
  layout: readonly TensorSpec[],
  source: Source,
  from: number,
  length: number,
): Promise<Floats> {
  if ("parameters" in source) return source.parameters.subarray(from, from + length);
  const isDouble = layout[0]!.dtype === "float64";
  const bytes = isDouble ? 8 : 4;
  const offset = checkpointHeader(source.step, layout).length + from * bytes;
  const buffer = await readPart(bucket, source.sha256, offset, length * bytes);
  if (!buffer) throw new Error(`checkpoint ${source.sha256}: got nothing, want it stored`);
  return isDouble ? new Float64Array(buffer) : new Float32Array(buffer);
}
