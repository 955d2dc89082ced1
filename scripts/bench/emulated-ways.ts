import * as Node from "onnxruntime-node";
import type { ConvolutionSizes } from "../../shared/graph/convolution.ts";
import {
  emulatedWeightGradientFor,
  rowsWeightGradient,
  transposedConvolution,
  transposedWeightGradient,
} from "../../shared/graph/emulated.ts";
import { einsumOver } from "../../shared/graph/emulated-products.ts";
import { joined, placed } from "../../shared/graph/emulated-rows.ts";
import { inOrder } from "../../shared/graph/ops/max-pool-gradient.ts";
import { largest, largestCorner } from "../../shared/graph/pooling.ts";
import { columnsOfSlices } from "../../shared/graph/weight-gradients.ts";
import { MOST_ROUNDS, row, type Ways } from "./lowerings.ts";

/** VGG-11's layers at width 1/8: channels in, channels out, height. A small batch keeps a row below a second. */
const BATCH = 8;
const LAYERS = [
  [3, 8, 32],
  [8, 16, 16],
  [16, 32, 8],
  [32, 32, 8],
  [32, 64, 4],
  [64, 64, 4],
  [64, 64, 2],
] as const;
const WINDOW = { stride: 1, pad: 1 };
const CHANNELS = [0, 2, 3];
const FOUR = ["a", "b", "c", "d"] as const;

/** What other GPUs get, and what an emulated one does. */
function ways(sizes: ConvolutionSizes): Ways[] {
  const { n, c, h, w, m } = sizes;
  const [x, weights, dy] = [
    [n, c, h, w],
    [m, c, 3, 3],
    [n, m, h, w],
  ] as const;
  const corners = Object.fromEntries(FOUR.map((name) => [name, [n, m, h / 2, w / 2]]));
  return [
    {
      chosen: "transposed",
      lowerings: [
        {
          ...{ name: "tiled", inputs: { x, weights, bias: [m] }, output: dy },
          lower: (emit) => emit.node("Conv", ["x", "weights", "bias"], { pads: [1, 1, 1, 1] }),
        },
        {
          ...{ name: "transposed", inputs: { x, weights, bias: [m] }, output: dy },
          lower: (emit) => transposedConvolution(emit, ["x", "weights", "bias"], sizes, WINDOW)!,
        },
      ],
    },
    {
      chosen: emulatedWeightGradientFor(sizes),
      lowerings: [
        { name: "columns", inputs: { x, dy }, output: weights, lower: (emit) => columnsOfSlices(emit, "x", "dy", sizes, WINDOW) },
        {
          ...{ name: "transposed", inputs: { x, dy }, output: weights },
          lower: (emit) => transposedWeightGradient(emit, "x", "dy", sizes, WINDOW)!,
        },
        {
          ...{ name: "rows", inputs: { x, dy }, output: weights },
          lower: (emit) => rowsWeightGradient(emit, "x", "dy", sizes, WINDOW)!,
        },
      ],
    },
    {
      chosen: "einsum",
      lowerings: [
        {
          ...{ name: "reduce", inputs: { dy }, output: [1, m, 1, 1] },
          lower: (emit) => emit.node("ReduceSum", ["dy", emit.ints(CHANNELS)], { keepdims: 1 }),
        },
        { name: "einsum", inputs: { dy }, output: [1, m, 1, 1], lower: (emit) => einsumOver(emit, ["dy"], dy, CHANNELS) },
      ],
    },
    {
      chosen: "rows",
      lowerings: [
        { name: "by turns", inputs: { dy, ...corners }, output: dy, lower: (emit) => inOrder(emit, FOUR, dy) },
        { name: "rows", inputs: { dy, ...corners }, output: dy, lower: (emit) => placed(emit, "dy", FOUR, dy) },
      ],
    },
    {
      chosen: "corners",
      lowerings: [
        { name: "window", inputs: { dy }, output: [n, m, h / 2, w / 2], lower: (emit) => largest(emit, "dy") },
        { name: "corners", inputs: { dy }, output: [n, m, h / 2, w / 2], lower: (emit) => largestCorner(emit, "dy", dy) },
      ],
    },
  ];
}

const vectors = LAYERS.map(([c, m], i) => ({ name: `x${i}`, length: 9 * c * m }));
const total = vectors.reduce((sum, { length }) => sum + length, 0);

/** The gradients of all layers as one vector. */
function joining(): Ways {
  const inputs = Object.fromEntries(vectors.map(({ name, length }) => [name, [length]]));
  const names = vectors.map(({ name }) => name);
  return {
    chosen: "rows",
    lowerings: [
      { name: "at once", inputs, output: [total], lower: (emit) => emit.node("Concat", names, { axis: 0 }) },
      { name: "rows", inputs, output: [total], lower: (emit) => joined(emit, vectors) },
    ],
  };
}

const provider = { name: "webgpu", target: "emulated", ort: Node } as const;
console.log(
  `Lowest processor time of 3 to ${MOST_ROUNDS} alternating rounds, ms, batch ${BATCH}: forward | weights | sum by channel | pool's gradient placed | pool.`,
);
for (const [c, m, h] of LAYERS) {
  const sizes = { n: BATCH, c, h, w: h, m, kh: 3, kw: 3, oh: h, ow: h };
  console.log(`emulated ${c}->${m}@${h}`.padEnd(18) + (await row(provider, ways(sizes))));
}
console.log("emulated joined".padEnd(18) + (await row(provider, [joining()])));
process.exit(0); // Dawn's threads would keep it.
