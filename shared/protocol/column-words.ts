import type { ProbeName } from "./probes.ts";

/** What a column of a run's measurements is, in words for the data's dictionary. @throws Error for a column that no probe has */
export function columnWords(probe: ProbeName, column: string): string {
  const words = PROBES[probe](column);
  if (words === null) throw new Error(`${probe}: got column ${column}, want one that measurementColumns names`);
  return words;
}

const PROBES: Readonly<Record<ProbeName, (column: string) => string | null>> = {
  landscape(column) {
    const [, random, name, multiple] = /^(random\.)?(\w+)(?:@(.+))?$/.exec(column) ?? [];
    const along = random ? "a random direction, of the gradient's length in every variable" : "the gradient g";
    const place = `at the point ${multiple} learning rates down ${along}`;
    if (multiple === undefined) return (random ? undefined : HERE[name ?? ""]) ?? null;
    switch (name ?? "") {
      case "loss":
        return `loss ${place}`;
      case "difference":
        return `Euclidean norm of g' - g, where g' is the gradient ${place}`;
      case "differenceSum":
        return `sum over variables of the norm of g' - g, where g' is the gradient ${place}`;
      default:
        return null;
    }
  },
  shift(column) {
    const [name, layer] = parts(column);
    const ofLayer = `of the weights of layer ${layer}; G before and G' after the layers before it take their step (Definition 2.1)`;
    const words = { l2: "norm of G - G'", cosine: "cosine of G and G'", norm: "norm of G", normAfter: "norm of G'" }[name];
    return words === undefined ? null : `${words}, ${ofLayer}`;
  },
  activations(column) {
    const [name, layer] = parts(column);
    const words = ACTIVATIONS[name];
    return words === undefined ? null : `layer ${layer}, before its non-linearity: ${words}`;
  },
  theorem(column) {
    const [name, layer] = parts(column);
    const words = THEOREM[name];
    return words === undefined ? null : `BatchNorm of layer ${layer}: ${words}`;
  },
};

const HERE: Readonly<Record<string, string>> = {
  loss: "loss of the step's batch at the current weights",
  penalty: "half of the weight decay times the squared norm of the weights",
  norm: "Euclidean norm of the gradient g, all variables together",
  normSum: "sum over variables of the norm of their gradient",
};

const FIRST = "of the first channel's values over the batch";
const MOVE = "between before and after this step's update";

const ACTIVATIONS: Readonly<Record<string, string>> = {
  histogram: "histogram of the first channel's values: low end, high end, then counts",
  mean: `mean ${FIRST}`,
  variance: `variance ${FIRST}`,
  meanNext: `mean ${FIRST}, at the next step on the next batch`,
  varianceNext: `variance ${FIRST}, at the next step on the next batch`,
  meanMove: "how far |mean| moved to the next step, mean over all channels",
  varianceMove: "how far |variance| moved to the next step, mean over all channels",
  wasserstein: `Wasserstein-1 distance of the first channel's values ${MOVE}, same batch`,
  deviation: "standard deviation of the first channel's values before the update",
};

const THEOREM: Readonly<Record<string, string>> = {
  meanShare: "the subtracted term of the gradient's mean in Theorem 4.1, as a share of the first term",
  dotShare:
    "the subtracted term of the gradient's product with the normalized activations in Theorem 4.1, as a share of the first term",
  dotPositive: "share of units whose gradient has a positive product with the normalized activations",
  scale: "mean over units of gamma / sigma",
  residual: "how far the two sides of the identity are apart, as a share of the first term",
};

function parts(column: string): readonly [string, string] {
  const dot = column.lastIndexOf(".");
  return [column.slice(0, dot), column.slice(dot + 1)];
}
