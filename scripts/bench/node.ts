import { InferenceSession, Tensor } from "onnxruntime-node";
import { nodeRuntime } from "../volunteer/ort-node.ts";
import { type Contestant, inThreads, type ProductWork, type Runner } from "./contestant.ts";
import { productModel, stepRunner } from "./ours.ts";

/** This trainer on onnxruntime-node's CPU provider. */
export const nodeContestant = (threads: number): Contestant => ({
  name: `this trainer, Node CPU, ${inThreads(threads)}`,
  machinery: `native, ${inThreads(threads)}`,
  isOurs: true,
  batchSize: 128,
  repeats: 3,
  open: async (work) => {
    const runner = await (work.kind === "product" ? product(work, threads) : stepRunner(nodeRuntime(threads), work));
    return { pids: [process.pid], ...runner };
  },
});

async function product(work: ProductWork, threads: number): Promise<Runner> {
  const session = await InferenceSession.create(productModel(work, "cpu").bytes, {
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
  });
  const matrix = new Tensor(new Float32Array(work.size ** 2).fill(0.5), [work.size, work.size]);
  return {
    async run() {
      const started = performance.now();
      await session.run({ a: matrix, b: matrix });
      return performance.now() - started;
    },
    close: () => session.release(),
  };
}
