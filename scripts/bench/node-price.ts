import { encodeModel } from "../../shared/onnx/model-proto.ts";
import type { Ort } from "../../shared/volunteer/ort.ts";

const SHORT = 100;
const LONG = 1_100;
const ROUNDS = 100;
const NUMBERS = 8;

/**
 * What ONNX Runtime takes for a node besides its kernel, in milliseconds: a chain of nodes that add or multiply eight numbers, the difference between
 * a long chain and a short one, so that the call itself is not in it. Their kernels are in it; what a large node costs in caches is not. Lowest of alternating rounds.
 */
export async function nodePrice(ort: Ort): Promise<number> {
  const runs = await Promise.all(
    [SHORT, LONG].map(async (length) => ({ length, best: Infinity, session: await ort.session(chain(length), []) })),
  );
  const x = ort.tensor(new Float32Array(NUMBERS).fill(1), [NUMBERS]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const run of runs) {
      const started = performance.now();
      const { last } = await run.session.run({ x }, ["last"]);
      run.best = Math.min(run.best, performance.now() - started);
      last!.dispose();
    }
  }
  x.dispose();
  for (const { session } of runs) await session.release();
  const [short, long] = runs;
  return (long!.best - short!.best) / (LONG - SHORT);
}

function chain(length: number): Uint8Array {
  const name = (i: number) => (i === 0 ? "x" : i === length ? "last" : `y${i}`);
  const nodes = Array.from({ length }, (_, i) => ({
    ...{ name: name(i + 1), opType: i % 2 === 0 ? "Add" : "Mul", inputs: [name(i), "x"], outputs: [name(i + 1)] },
    attributes: {},
  }));
  const like = { dtype: "float32" as const, shape: [NUMBERS] };
  const [inputs, outputs] = [[{ name: "x", ...like }], [{ name: "last", ...like }]];
  return encodeModel({ name: "chain", nodes, initializers: [], inputs, outputs });
}
