import { createInterface } from "node:readline";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Target } from "../../shared/nn/training.ts";
import { type Ort, openTrainer } from "../../shared/volunteer/ort-trainer.ts";
import type { ProductWork, Runner, Work } from "./contestant.ts";
import { productModel, stepRunner } from "./ours.ts";

/** One unit of work on onnxruntime-node's WebGPU provider, asked for over standard input: a line of JSON in, a line of JSON out. */
const options: InferenceSession.SessionOptions = {
  executionProviders: ["webgpu"],
  logSeverityLevel: 3,
  extra: { session: { disable_cpu_ep_fallback: "1" } },
};

const ort: Ort = {
  tensor: (values, shape) => new Tensor(values as Float32Array, shape),
  session: async (model, resident) => {
    // Reading a tensor back from the GPU ends the process (onnxruntime-node 1.30): losses come on the host.
    const onGpu = resident.filter((name) => name.endsWith("Next")).map((name) => [name, "gpu-buffer"] as const);
    const session = await InferenceSession.create(model, {
      ...options,
      ...(onGpu.length > 0 && {
        preferredOutputLocation: {
          ...Object.fromEntries(resident.map((name) => [name, "cpu" as const])),
          ...Object.fromEntries(onGpu),
        },
      }),
    });
    return {
      run: (feeds, fetches) => session.run(feeds as Record<string, Tensor>, [...fetches]),
      release: () => session.release(),
    };
  },
  lost: new Promise(() => undefined),
};

const open = (work: Work, target: Target): Promise<Runner> =>
  work.kind === "product" ? product(work) : stepRunner({ target, open: (program) => openTrainer(ort, program) }, work);

async function product(work: ProductWork): Promise<Runner> {
  const session = await InferenceSession.create(productModel(work, "webgpu").bytes, options);
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

let runner: Runner | undefined;
console.log("{}");
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as { open: Work; target: Target } | { run: true };
  if ("open" in request) {
    runner = await open(request.open, request.target);
    console.log("{}");
  } else console.log(JSON.stringify({ ms: await runner!.run() }));
}
process.exit(0); // Dawn's threads would keep it.
