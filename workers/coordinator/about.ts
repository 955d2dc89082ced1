import type { NetworkSpec } from "../../shared/protocol/training-spec.ts";

/** A network in a few words, for the sentence about a rerun. */
export function networkWords(network: NetworkSpec): string {
  switch (network.family) {
    case "vgg":
      return `VGG-${network.depth}, width ${network.width}`;
    case "deep-linear":
      return `Deep linear network, ${network.layers} layers of ${network.units} units`;
    case "mlp":
      return `${network.activation === "linear" ? "Linear network" : "MLP"}, ${network.depth} hidden layers of ${network.units} units`;
    case "resnet":
      return `ResNet-${network.depth}, width ${network.width}${network.skips ? "" : ", without skips"}`;
  }
}
