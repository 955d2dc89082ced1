import type { Plan } from "../../../shared/protocol/experiment.ts";
import { EPSILON } from "../../../shared/nn/normalization/normalization.ts";
import { plural, share } from "../words.ts";

export interface MethodRow {
  readonly setting: string;
  readonly here: string;
  readonly paper: string;
}

function networkRows(network: Plan["spec"]["network"]): readonly MethodRow[] {
  if (network.family !== "vgg") return [{ setting: "Network", here: network.family, paper: "–" }];
  const head = network.head === "linear" ? "one linear layer" : "two hidden layers of 4,096 units";
  return [
    { setting: "Network", here: `VGG-${network.depth}, ${head} on top`, paper: "“VGG-like”; depth and head not stated" },
    {
      setting: "Width",
      here:
        network.width === 1
          ? "the original’s 64 to 512 channels"
          : `${share(network.width)} of the original’s channels (${64 * network.width} to ${512 * network.width})`,
      paper: "not stated",
    },
  ];
}

/** The plan's settings beside what the paper says of them. */
export function methodRows(plan: Plan): readonly MethodRow[] {
  const { spec } = plan;
  const { network } = spec;
  const rates = [...new Set(plan.variants.map((variant) => variant.learningRate))].join(" and ");
  return [
    ...networkRows(network),
    {
      setting: "Data",
      here: "CIFAR-10, normalized per channel, no augmentation",
      paper: "CIFAR-10, no augmentation; normalization not stated",
    },
    {
      setting: "Optimizer",
      here: "SGD without momentum, fixed learning rate",
      paper: "“standard stochastic gradient descent”, fixed learning rate",
    },
    { setting: "Learning rate", here: rates, paper: "0.1 and 0.5 in Figure 1, 0.01 in v3’s Figure 3" },
    { setting: "Batch", here: `${spec.batchSize} images`, paper: "128 images" },
    { setting: "Steps", here: spec.steps.toLocaleString("en"), paper: "15,000" },
    {
      setting: "Weight decay",
      here: `${spec.weightDecay}, on weights only`,
      paper: "not stated; the floor of its plotted loss implies about 4e-4 to 5e-4",
    },
    {
      setting: "BatchNorm",
      here: `before each ReLU; trained scale and shift; ε = ${EPSILON.toExponential()}`,
      paper: "before each non-linearity; ε not stated",
    },
    { setting: "Initialization", here: "Glorot uniform; biases and shifts 0, scales 1", paper: "Glorot" },
    {
      setting: "Seeds",
      here: `${plural(plan.seeds.length, "seed")} for each network (${plan.seeds.join(", ")})`,
      paper: "not stated; its curves show one run each",
    },
    {
      setting: "Measured",
      here: `training batch every ${plural(spec.recordEvery, "step")}; ${spec.evaluateEvery === null ? "no test set" : `whole test set every ${plural(spec.evaluateEvery, "step")}`}`,
      paper: "batch every 100 steps, test set every 1,000, read off the figure",
    },
    {
      setting: "Shard",
      here: `about 3 minutes of a device (${plural(plan.shardSteps, "step")} where its speed is not known), chained by checkpoints`,
      paper: "–",
    },
  ];
}
