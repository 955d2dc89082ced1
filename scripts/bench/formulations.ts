import * as Node from "onnxruntime-node";
import * as Web from "onnxruntime-web/wasm";
import type { ConvolutionSizes } from "../../shared/graph/convolution.ts";
import { Emitter } from "../../shared/graph/emit.ts";
import { weightGradientFor } from "../../shared/graph/formulations.ts";
import { flipped, transposed } from "../../shared/graph/input-gradients.ts";
import { batchLastShape } from "../../shared/graph/layout.ts";
import { elements } from "../../shared/graph/value.ts";
import { weightGradients } from "../../shared/graph/weight-gradients.ts";
import { batchLastSteps, batchLastWindow } from "../../shared/graph/windows.ts";
import { encodeModel } from "../../shared/onnx/model-proto.ts";

const WINDOW = { stride: 1, pad: 1 };
/** Alternating rounds, as many as fit. */
const MOST_ROUNDS = 15;
const MOST_MS = 1500;
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

/** A way to compute something, and the tensors that it is computed from. */
interface Lowering {
  readonly name: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly lower: (emit: Emitter) => string;
}

interface Provider {
  readonly name: "cpu" | "wasm";
  readonly ort: Pick<typeof Web, "InferenceSession" | "Tensor">;
}

/**
 * Times, on the native CPU provider and on WebAssembly, a convolution in either order of storage and every formulation of its gradients, on
 * VGG's layers at widths 1/8 to 1/2; a star marks what shared/graph/formulations.ts chooses.
 */
export async function measureFormulations(print: (line: string) => void): Promise<void> {
  Web.env.wasm.numThreads = 1;
  const providers: Provider[] = [
    { name: "cpu", ort: Node },
    { name: "wasm", ort: Web },
  ];
  print(`Lowest processor time of 3 to ${MOST_ROUNDS} alternating rounds, ms, one thread, batch 128. * is what is chosen.`);
  for (const provider of providers) {
    for (const width of [1 / 8, 1 / 4, 1 / 2]) {
      for (const [inputs, outputs, h] of LAYERS) {
        const c = inputs === 3 ? 3 : inputs * width;
        const sizes: ConvolutionSizes = { n: 128, c, h, w: h, m: outputs * width, kh: 3, kw: 3, oh: h, ow: h };
        const cells = [];
        for (const { chosen, lowerings } of ways(sizes)) cells.push(row(await fastest(provider, lowerings), chosen));
        print(`${provider.name} ${c}->${sizes.m}@${h}`.padEnd(16) + cells.join("| "));
      }
    }
  }
}

function ways(sizes: ConvolutionSizes): { chosen: string; lowerings: Lowering[] }[] {
  const { n, c, h, m } = sizes;
  const [x, dy, w] = [
    [n, c, h, h],
    [n, m, h, h],
    [m, c, 3, 3],
  ] as const;
  const [xLast, dyLast] = [batchLastShape(x), batchLastShape(dy)];
  return [
    {
      chosen: "batchLast",
      lowerings: [
        {
          name: "batchFirst",
          inputs: { x, w },
          output: dy,
          lower: (emit) => emit.node("Conv", ["x", "w"], { pads: [1, 1, 1, 1] }),
        },
        {
          ...{ name: "batchLast", inputs: { x: xLast, w }, output: dyLast },
          lower: (emit) => emit.node("Conv", ["x", batchLastWindow(emit, "w", w)], batchLastSteps(1, 1)),
        },
      ],
    },
    {
      chosen: weightGradientFor(sizes, WINDOW),
      lowerings: Object.entries(weightGradients).map(([name, lower]) => ({
        ...{ name, inputs: { x: xLast, dy: dyLast }, output: w },
        lower: (emit) => lower(emit, "x", "dy", sizes, WINDOW),
      })),
    },
    {
      chosen: "flipped",
      lowerings: [
        {
          ...{ name: "transposed", inputs: { dy, w }, output: x },
          lower: (emit) => transposed(emit, "dy", "w", sizes, WINDOW),
        },
        {
          ...{ name: "flipped", inputs: { dy: dyLast, w }, output: xLast },
          lower: (emit) => flipped(emit, "dy", "w", sizes, WINDOW),
        },
      ],
    },
  ];
}

async function fastest({ name: provider, ort }: Provider, lowerings: readonly Lowering[]): Promise<Map<string, number>> {
  const runs = await Promise.all(
    lowerings.map(async ({ name, inputs, output, lower }) => {
      const emit = new Emitter("cpu");
      emit.nameOutputs(new Map([["result", lower(emit)]]));
      const { nodes, initializers } = emit;
      const float32 = "float32" as const;
      const model = encodeModel({
        ...{ name: "formulation", nodes, initializers },
        inputs: Object.entries(inputs).map(([input, shape]) => ({ name: input, dtype: float32, shape })),
        outputs: [{ name: "result", dtype: float32, shape: output }],
      });
      const options = { executionProviders: [provider], intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
      const feeds = Object.fromEntries(Object.entries(inputs).map(([input, shape]) => [input, random(ort, shape)]));
      return { name, feeds, session: await ort.InferenceSession.create(model, options) };
    }),
  );
  const best = new Map(runs.map(({ name }) => [name, Infinity]));
  const started = process.cpuUsage();
  for (let round = 0; round < MOST_ROUNDS && (round < 3 || milliseconds(started) < MOST_MS); round++) {
    for (const { name, feeds, session } of runs) {
      const before = process.cpuUsage();
      await session.run(feeds);
      best.set(name, Math.min(best.get(name)!, milliseconds(before)));
    }
  }
  for (const { session } of runs) await session.release();
  return best;
}

/** Processor time since then. */
function milliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

const random = (ort: Provider["ort"], shape: readonly number[]) =>
  new ort.Tensor(
    Float32Array.from({ length: elements(shape) }, () => Math.random() - 0.5),
    shape,
  );

const row = (times: ReadonlyMap<string, number>, chosen: string) =>
  [...times].map(([name, ms]) => `${name}${name === chosen ? "*" : ""} ${ms.toFixed(2)}`.padEnd(20)).join("");
