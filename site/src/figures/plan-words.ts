import type { Plan } from "../../../shared/protocol/experiment.ts";
import { plural, share, steps } from "../words.ts";

/** What was trained, as a caption says it. */
export function planWords({ spec }: Plan): string {
  const { network } = spec;
  const length = `${steps(spec.steps)} of plain SGD`;
  switch (network.family) {
    case "vgg":
      return `VGG-${network.depth} on CIFAR-10${width(network.width)}, batches of ${spec.batchSize}, ${length}`;
    case "deep-linear":
      return `deep linear network, ${network.layers} layers of ${network.units} units, all ${plural(spec.batchSize, "sample")} in every step, ${length}`;
    case "resnet":
      return `ResNet-${network.depth} on CIFAR-10${width(network.width)}, batches of ${spec.batchSize}, ${length}`;
    case "mlp":
      return `network of ${network.depth} hidden layers of ${network.units} units on CIFAR-10, batches of ${spec.batchSize}, ${length}`;
  }
}

const width = (part: number) => (part === 1 ? "" : ` at ${share(part)} of the channels`);

/** Why levels may differ from the paper's; empty where nothing is smaller. */
export const sizeWords = ({ profile, spec }: Plan): string =>
  profile === "pilot" && spec.network.family === "vgg"
    ? `Pilot size: ${share(spec.network.width)} of the paper’s channels and ${steps(spec.steps)} of its 15,000, so the levels are not meant to agree.`
    : "";
