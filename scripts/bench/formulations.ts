import { InferenceSession, Tensor } from "onnxruntime-node";
import type { ConvolutionSizes } from "../../shared/graph/convolution.ts";
import { inputGradientFor, weightGradientFor } from "../../shared/graph/formulations.ts";
import { Emitter } from "../../shared/graph/emit.ts";
import { batchLastShape } from "../../shared/graph/layout.ts";
import { inputGradients } from "../../shared/graph/input-gradients.ts";
import { elements } from "../../shared/graph/value.ts";
import { weightGradients } from "../../shared/graph/weight-gradients.ts";
import { encodeModel } from "../../shared/onnx/model-proto.ts";

const WINDOW = { stride: 1, pad: 1 };
const ROUNDS = 15;
/** Channels in, channels out, height of VGG's distinct layers at full width. */
const LAYERS = [
  [3, 64, 32],
  [64, 64, 32],
  [64, 128, 16],
  [128, 128, 16],
  [128, 256, 8],
  [256, 256, 8],
  [256, 512, 4],
  [512, 512, 4],
  [512, 512, 2],
] as const;

/** Times every formulation of both convolution gradients on VGG's layers at widths 1/8 to 1/2; a star marks the one that the table chooses. */
export async function measureFormulations(print: (line: string) => void): Promise<void> {
  print(
    `Lowest processor time of ${ROUNDS} alternating rounds, ms, one thread, batch 128. * is what shared/graph/formulations.ts chooses.`,
  );
  for (const width of [1 / 8, 1 / 4, 1 / 2]) {
    for (const [inputs, outputs, h] of LAYERS) {
      const c = inputs === 3 ? 3 : inputs * width;
      const sizes: ConvolutionSizes = { n: 128, c, h, w: h, m: outputs * width, kh: 3, kw: 3, oh: h, ow: h };
      const { n, m } = sizes;
      const x = random(batchLastShape([n, c, h, h]));
      const dy = random(batchLastShape([n, m, h, h]));
      const w = random([m, c, 3, 3]);
      const weights = await fastest(
        Object.entries(weightGradients).map(([name, lower]) => [name, (emit) => lower(emit, "x", "dy", sizes, WINDOW)]),
        { x, dy },
        w.dims,
      );
      const images = await fastest(
        Object.entries(inputGradients).map(([name, lower]) => [name, (emit) => lower(emit, "dy", "w", sizes, WINDOW)]),
        { dy, w },
        x.dims,
      );
      print(
        `${c}->${m}@${h}`.padEnd(12) +
          row(weights, weightGradientFor(sizes, WINDOW)) +
          " | " +
          row(images, inputGradientFor(WINDOW)),
      );
    }
  }
}

type Lowering = readonly [name: string, lower: (emit: Emitter) => string];

async function fastest(
  lowerings: readonly Lowering[],
  feeds: Record<string, Tensor>,
  shape: readonly number[],
): Promise<Map<string, number>> {
  const sessions = await Promise.all(
    lowerings.map(async ([name, lower]) => ({ name, session: await session(lower, feeds, shape) })),
  );
  const best = new Map(lowerings.map(([name]) => [name, Infinity]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, session } of sessions) {
      const before = process.cpuUsage();
      await session.run(feeds);
      const { user, system } = process.cpuUsage(before);
      best.set(name, Math.min(best.get(name)!, (user + system) / 1000));
    }
  }
  for (const { session } of sessions) await session.release();
  return best;
}

function session(
  lower: (emit: Emitter) => string,
  feeds: Record<string, Tensor>,
  shape: readonly number[],
): Promise<InferenceSession> {
  const emit = new Emitter("cpu");
  emit.nameOutputs(new Map([["result", lower(emit)]]));
  const inputs = Object.entries(feeds).map(([name, { dims }]) => ({ name, dtype: "float32" as const, shape: dims }));
  const outputs = [{ name: "result", dtype: "float32" as const, shape }];
  const { nodes, initializers } = emit;
  return InferenceSession.create(encodeModel({ name: "formulation", nodes, initializers, inputs, outputs }), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

const random = (shape: readonly number[]) =>
  new Tensor(
    Float32Array.from({ length: elements(shape) }, () => Math.random() - 0.5),
    shape,
  );

const row = (times: ReadonlyMap<string, number>, chosen: string) =>
  [...times].map(([name, ms]) => `${name}${name === chosen ? "*" : ""} ${ms.toFixed(2)}`.padEnd(22)).join("");
