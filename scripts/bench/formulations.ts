import * as Node from "onnxruntime-node";
import * as Web from "onnxruntime-web/wasm";
import type { ConvolutionSizes } from "../../shared/graph/convolution.ts";
import { weightGradientFor } from "../../shared/graph/formulations.ts";
import { flipped, transposed } from "../../shared/graph/input-gradients.ts";
import { batchLastShape } from "../../shared/graph/layout.ts";
import { weightGradients } from "../../shared/graph/weight-gradients.ts";
import { batchLastSteps, batchLastWindow } from "../../shared/graph/windows.ts";
import { convolutionByTiles, inputGradientByTiles, isByTiles, weightGradientByTiles } from "../../shared/graph/winograd.ts";
import { measureEmulated } from "./emulated.ts";
import { type Lowering, MOST_ROUNDS, type Provider, row, type Ways } from "./lowerings.ts";

const WINDOW = { stride: 1, pad: 1 };
const FEWEST_FOR_TILES = 16;
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

/**
 * Times, on the native CPU provider and on WebAssembly, a convolution in either order of storage and every formulation of its gradients, on
 * VGG's layers at widths 1/8 to 1/2; a star marks what shared/graph/formulations.ts chooses. Then what shared/graph/emulated.ts writes for a GPU
 * that is emulated on the processor, beside what other GPUs get.
 * @param only rows whose name contains it: the whole takes half an hour
 */
export async function measureFormulations(print: (line: string) => void, only = ""): Promise<void> {
  Web.env.wasm.numThreads = 1;
  const providers: Provider[] = [
    { name: "cpu", target: "cpu", ort: Node },
    { name: "wasm", target: "cpu", ort: Web },
  ];
  print(`Lowest processor time of 3 to ${MOST_ROUNDS} alternating rounds, ms, one thread, batch 128. * is what is chosen.`);
  for (const provider of providers) {
    for (const width of [1 / 8, 1 / 4, 1 / 2]) {
      for (const [inputs, outputs, h] of LAYERS) {
        const c = inputs === 3 ? 3 : inputs * width;
        const sizes: ConvolutionSizes = { n: 128, c, h, w: h, m: outputs * width, kh: 3, kw: 3, oh: h, ow: h };
        const name = `${provider.name} ${c}->${sizes.m}@${h}`;
        if (name.includes(only)) print(name.padEnd(18) + (await row(provider, ways(sizes))));
      }
    }
  }
  if ("emulated".includes(only)) await measureEmulated();
}

function ways(sizes: ConvolutionSizes): Ways[] {
  const { n, c, h, m } = sizes;
  const [x, dy, w] = [
    [n, c, h, h],
    [n, m, h, h],
    [m, c, 3, 3],
  ] as const;
  const [xLast, dyLast] = [batchLastShape(x), batchLastShape(dy)];
  const isTiled = (op: Parameters<typeof isByTiles>[0]) => isByTiles(op, "float32", sizes, WINDOW);
  // Where channels are few, tiles only take time and memory.
  const tiles = (inputs: Lowering["inputs"], output: readonly number[], lower: typeof convolutionByTiles): Lowering[] => {
    const [first, second] = Object.keys(inputs) as [string, string];
    return c < FEWEST_FOR_TILES ? [] : [{ name: "tiles", inputs, output, lower: (emit) => lower(emit, first, second, sizes) }];
  };
  return [
    {
      chosen: isTiled("conv2d") ? "tiles" : "batchLast",
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
        ...tiles({ x: xLast, w }, dyLast, convolutionByTiles),
      ],
    },
    {
      chosen: isTiled("conv2d-weight-gradient") ? "tiles" : weightGradientFor(sizes, WINDOW),
      lowerings: [
        ...Object.entries(weightGradients).map(([name, lower]): Lowering => ({
          ...{ name, inputs: { x: xLast, dy: dyLast }, output: w },
          lower: (emit) => lower(emit, "x", "dy", sizes, WINDOW),
        })),
        ...tiles({ x: xLast, dy: dyLast }, w, weightGradientByTiles),
      ],
    },
    {
      chosen: isTiled("conv2d-input-gradient") ? "tiles" : "flipped",
      lowerings: [
        {
          ...{ name: "transposed", inputs: { dy, w }, output: x },
          lower: (emit) => transposed(emit, "dy", "w", sizes, WINDOW),
        },
        {
          ...{ name: "flipped", inputs: { dy: dyLast, w }, output: xLast },
          lower: (emit) => flipped(emit, "dy", "w", sizes, WINDOW),
        },
        ...tiles({ dy: dyLast, w }, xLast, inputGradientByTiles),
      ],
    },
  ];
}
