import { MovementSum, type Movement } from "../../shared/audit/movement.ts";
import type { TensorSpec } from "../../shared/graph/model.ts";
import { checkpointHeader } from "../../shared/nn/checkpoint.ts";
import { readPart } from "../checkpoints-r2.ts";

/** Numbers compared at a time: three pieces of at most 4 MiB are in memory, however large the network is. */
const PIECE = 2 ** 19;

type Floats = Float32Array | Float64Array;

/** A state to be read piece by piece: one that is stored, or one that is at hand. */
export type Source = Stored | { readonly parameters: Floats };
export interface Stored {
  readonly sha256: string;
  readonly step: number;
}

/** How the states of two ends lie to each other, their weights seen from where both started. @throws Error when a checkpoint is gone */
export async function movementOf(
  bucket: R2Bucket,
  layout: readonly TensorSpec[],
  { start, claimed, audited }: { readonly start: Source; readonly claimed: Stored; readonly audited: Stored },
): Promise<Movement> {
  const [weights, ...rest] = layout;
  if (weights?.name !== "parameters") throw new Error(`checkpoint: got ${weights?.name} first, want parameters`);
  const sum = new MovementSum();
  for await (const [a, b, c] of pieces(bucket, layout, weights, [start, claimed, audited])) sum.add(a!, b!, c!);
  const others: Record<string, number> = {};
  for (const tensor of rest) {
    const own = new MovementSum();
    // How far the two ends are apart does not depend on where they started.
    for await (const [a, b] of pieces(bucket, layout, tensor, [claimed, audited])) own.add(b!, a!, b!);
    others[tensor.name] = own.result().distance;
  }
  return { ...sum.result(), ...(rest.length > 0 && { others }) };
}

/** Whether every weight of a state is a finite number. */
export async function isFinite(bucket: R2Bucket, layout: readonly TensorSpec[], state: Source): Promise<boolean> {
  const [weights] = layout;
  for await (const [piece] of pieces(bucket, layout, weights!, [state])) if (!piece!.every(Number.isFinite)) return false;
  return true;
}

const lengthOf = ({ shape }: TensorSpec) => shape.reduce((product, length) => product * length, 1);

/** Pieces of one tensor of each state. */
async function* pieces(
  bucket: R2Bucket,
  layout: readonly TensorSpec[],
  tensor: TensorSpec,
  sources: readonly Source[],
): AsyncGenerator<Floats[]> {
  const count = lengthOf(tensor);
  for (let from = 0; from < count; from += PIECE) {
    const length = Math.min(PIECE, count - from);
    yield await Promise.all(sources.map((source) => piece(bucket, layout, tensor, source, from, length)));
  }
}

async function piece(
  bucket: R2Bucket,
  layout: readonly TensorSpec[],
  tensor: TensorSpec,
  source: Source,
  from: number,
  length: number,
): Promise<Floats> {
  if ("parameters" in source) return source.parameters.subarray(from, from + length);
  const isDouble = layout[0]!.dtype === "float64";
  const bytes = isDouble ? 8 : 4;
  const before = layout.slice(0, layout.indexOf(tensor)).reduce((sum, one) => sum + lengthOf(one), 0);
  const offset = checkpointHeader(source.step, layout).length + (before + from) * bytes;
  const buffer = await readPart(bucket, source.sha256, offset, length * bytes);
  if (!buffer) throw new Error(`checkpoint ${source.sha256}: got nothing, want it stored`);
  return isDouble ? new Float64Array(buffer) : new Float32Array(buffer);
}
