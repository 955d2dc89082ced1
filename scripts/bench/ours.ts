import { compile } from "../../shared/graph/compile.ts";
import type { Target } from "../../shared/graph/emit.ts";
import type { Model } from "../../shared/graph/model.ts";
import { input } from "../../shared/graph/ops/input.ts";
import { matmul } from "../../shared/graph/ops/matmul.ts";
import { reduceSum } from "../../shared/graph/ops/reduce-sum.ts";
import { compileTraining, initialState } from "../../shared/nn/training.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import type { NetworkWork, ProductWork, Runner } from "./contestant.ts";
import { programSpec } from "./networks.ts";
import { randomBatch, RATES } from "./numbers.ts";

/** A training step through the volunteer's own trainer, the batch's upload and the loss's way back included. */
export async function stepRunner(runtime: Pick<Runtime, "target" | "open">, work: NetworkWork): Promise<Runner> {
  const spec = programSpec(work);
  const trainer = await runtime.open(compileTraining(spec, runtime.target));
  trainer.load(initialState({ ...spec, seed: 1 }));
  const batch = randomBatch(work.batchSize);
  return {
    async run() {
      const started = performance.now();
      const { loss } = await (await trainer.step(batch, RATES)).read();
      if (!Number.isFinite(loss)) throw new Error(`bench: got loss ${loss}, want a finite number`);
      return performance.now() - started;
    },
    close: () => trainer.close(),
  };
}

/** A plain product of two matrices; its sum is returned, so that little comes back from a GPU. */
export function productModel({ size }: ProductWork, target: Target): Model {
  const product = matmul(input("a", "float32", [size, size]), input("b", "float32", [size, size]));
  return compile("product", { sum: reduceSum(product, [0, 1]) }, target);
}
