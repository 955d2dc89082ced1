import { z } from "zod";
import { PROBE_NAMES, type ProbeName, type Probes } from "./probes.ts";
import { Step } from "./primitives.ts";

/** One number for each row; null where it was not finite (JSON has no infinity). */
const Numbers = z.array(z.number().nullable());
/** A histogram for each row: its low end, its high end, then the counts. */
const Histograms = z.array(z.array(z.number()).max(130));

/** What one probe measured along a run, as columns of one length: row i belongs to step `step[i]`. Six significant digits. */
export const Measurement = z
  .strictObject({ step: z.array(Step), columns: z.record(z.string().max(60), z.union([Numbers, Histograms])) })
  .refine(({ step, columns }) => Object.values(columns).every(({ length }) => length === step.length), {
    error: "want step and every column of one length",
  });
export type Measurement = z.infer<typeof Measurement>;
export type Column = Measurement["columns"][string];

/** By probe. */
export const Measurements = z.partialRecord(z.enum(PROBE_NAMES), Measurement);
export type Measurements = z.infer<typeof Measurements>;

/** What of a spec decides about its measurements. */
interface Measured {
  readonly probes?: Probes | undefined;
  readonly normalization: string;
  readonly network: { readonly family: string; readonly depth?: number; readonly layers?: number };
}

/**
 * The columns of each probe of a run.
 *
 * landscape, at w with gradient g: `loss` L(w), `penalty` (weight decay / 2) |W|^2, `norm` |g|, `normSum` the sum over variables of |g_v|. For
 * each multiple m of `along`, at w - m lr g: `loss@m`, `difference@m` |g' - g|, `differenceSum@m` the sum over variables of |g'_v - g_v|; for
 * each of `random` the same at w - m lr d, d random with |d_v| = |g_v|: `random.loss@m` and so on.
 *
 * shift, for each layer k: `l2.k` |G - G'|, `cosine.k`, `norm.k` |G|, `normAfter.k` |G'|, of the layer's weights.
 *
 * activations, for each layer k, before the non-linearity: `histogram.k`, `mean.k` and `variance.k` of its first channel over the batch;
 * `meanNext.k`, `varianceNext.k` the same at the next step on the next batch; `meanMove.k`, `varianceMove.k` the mean over all channels of
 * what |mean| and |variance| moved by; `wasserstein.k`: the Wasserstein-1 distance of the first channel's values between before and after this
 * step's update, same batch, and `deviation.k` their standard deviation before.
 *
 * theorem, for each BatchNorm layer k (1-based), summed over its units weighted by (gamma / sigma)^2: `meanShare.k`, `dotShare.k`: the two
 * subtracted terms of Theorem 4.1 as shares of the first; `dotPositive.k` the share of units with <g, yhat> > 0; `scale.k` the mean of
 * gamma / sigma; `residual.k` how far the two sides of the identity are apart, as a share of the first term.
 */
export function measurementColumns({ probes = {}, normalization, network }: Measured): Partial<Record<ProbeName, string[]>> {
  const { landscape, shift, activations, theorem } = probes;
  const each = (layers: readonly number[], names: readonly string[]) =>
    layers.flatMap((layer) => names.map((name) => `${name}.${layer}`));
  const isBatch = normalization === "batch" || normalization === "noisy-batch";
  return {
    ...(landscape && {
      landscape: [
        ...["loss", "penalty", "norm", "normSum"],
        ...landscape.along.flatMap((m) => AT.map((name) => `${name}@${m}`)),
        ...landscape.random.flatMap((m) => AT.map((name) => `random.${name}@${m}`)),
      ],
    }),
    ...(shift && { shift: each(shift.layers, ["l2", "cosine", "norm", "normAfter"]) }),
    ...(activations && {
      activations: each(activations.layers, [
        ...["histogram", "mean", "variance", "meanNext", "varianceNext", "meanMove", "varianceMove", "wasserstein", "deviation"],
      ]),
    }),
    ...(theorem &&
      isBatch && { theorem: each(normalizedLayers(network), ["meanShare", "dotShare", "dotPositive", "scale", "residual"]) }),
  };
}

const AT = ["loss", "difference", "differenceSum"] as const;

/** 1-based: the convolutions of VGG, all layers but the last of the deep linear network, the hidden ones of an MLP. */
function normalizedLayers({ family, depth = 0, layers = 0 }: Measured["network"]): number[] {
  const count = { vgg: depth - 3, "deep-linear": layers - 1, mlp: depth, resnet: depth - 1 }[family] ?? 0;
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** Steps between the measurements of a probe; undefined where it is not asked for. */
export const probeEvery = (probes: Probes | undefined, name: ProbeName): number | undefined => probes?.[name]?.every;

/** Puts the parts of a run's measurements, in step order, together. */
export function concatenateMeasurements(parts: readonly Measurements[]): Measurements {
  const names = PROBE_NAMES.filter((name) => parts.some((part) => part[name]));
  return Object.fromEntries(
    names.map((name) => {
      const pieces = parts.flatMap((part) => part[name] ?? []);
      const columns = Object.keys(pieces[0]!.columns).map((column) => [
        column,
        pieces.flatMap((piece) => (piece.columns[column] ?? []) as number[]),
      ]);
      return [name, { step: pieces.flatMap(({ step }) => step), columns: Object.fromEntries(columns) as Measurement["columns"] }];
    }),
  );
}
