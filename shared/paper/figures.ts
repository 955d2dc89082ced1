import type { Normalization } from "../protocol/training-spec.ts";

export const QUANTITIES = [
  ...(["train-accuracy", "test-accuracy", "train-loss"] as const),
  ...(["shift-l2", "shift-cosine"] as const),
  ...(["loss-band", "gradient-band", "beta", "gradient-sweep"] as const),
  ...(["mean-change", "variance-change"] as const),
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** A line, band or sweep of one of the paper's figures that was digitised. */
export interface Plot {
  /** In shared/paper/curves, without `.csv`; those names count figures as arXiv's version 3 does. */
  readonly file: string;
  /** Figure and panel as NeurIPS and arXiv's version 5 count them. */
  readonly figure: string;
  readonly quantity: Quantity;
  readonly network: "vgg" | "deep-linear";
  readonly normalization: Normalization;
  readonly learningRate: number;
  /** "Layer #k" from 1, where the quantity belongs to one. */
  readonly layer: number | null;
}

const NORMALIZATION = {
  std: "none",
  bn: "batch",
  noisybn: "noisy-batch",
  noisy: "noisy-batch",
  l1: "l1",
  l2: "l2",
  linf: "linf",
} as const;
type Line = keyof typeof NORMALIZATION;

const BOTH: readonly Line[] = ["std", "bn"];
const NORMS: readonly Line[] = ["std", "bn", "l1", "l2", "linf"];
const vgg = (learningRate: number) => ({ network: "vgg", learningRate }) as const;
const dln = (learningRate: number) => ({ network: "deep-linear", learningRate }) as const;

/** The lines of one panel; `{}` in the file's name is the line's. */
function panel(
  figure: string,
  quantity: Quantity,
  file: string,
  of: Pick<Plot, "network" | "learningRate">,
  lines = BOTH,
  layer: number | null = null,
): Plot[] {
  return lines.map((line) => ({
    file: file.replace("{}", line),
    figure,
    quantity,
    ...of,
    normalization: NORMALIZATION[line],
    layer,
  }));
}

/** Every digitised curve. Version 3's figures 3, 5, 8, 10, 11, 12, 13 are version 5's 3 and 6, 13, 7, 9, 10, 11, 12. */
export const plots: readonly Plot[] = [
  ...[0.1, 0.5].flatMap((rate) => panel("1a", "train-accuracy", `fig1a_train_{}_lr${rate}`, vgg(rate))),
  ...[0.1, 0.5].flatMap((rate) => panel("1b", "test-accuracy", `fig1b_test_{}_lr${rate}`, vgg(rate))),
  ...panel("2", "train-accuracy", "fig2_trainacc_{}", vgg(0.1), ["std", "bn", "noisybn"]),

  // Version 5 shows VGG at 0.1 and the deep linear network at 1e-7 in Figure 3, and the other rates in Figure 6.
  ...(["3a", "6a"] as const).flatMap((figure) => {
    const rate = figure === "3a" ? 0.1 : 0.01;
    return [
      ...panel(figure, "train-accuracy", `fig3_vgg_lr${rate}_acc_{}`, vgg(rate)),
      ...panel(figure, "shift-l2", `fig3_vgg_lr${rate}_L5_l2_{}`, vgg(rate), BOTH, 5),
      ...[5, 10].flatMap((k) => panel(figure, "shift-cosine", `fig3_vgg_lr${rate}_L${k}_cos_{}`, vgg(rate), BOTH, k)),
    ];
  }),
  ...(["3b", "6b"] as const).flatMap((figure) => {
    const [rate, name] = figure === "3b" ? [1e-7, "1e-7"] : [1e-6, "1e-6"];
    // At 1e-7 the standard network's cosine is 1 throughout: there was no line to read.
    const lines: readonly Line[] = figure === "3b" ? ["bn"] : BOTH;
    return [
      ...panel(figure, "train-loss", `fig3_dln_lr${name}_loss_{}`, dln(rate)),
      ...panel(figure, "shift-l2", `fig3_dln_lr${name}_L9_l2_{}`, dln(rate), BOTH, 9),
      ...[9, 17].flatMap((k) => panel(figure, "shift-cosine", `fig3_dln_lr${name}_L${k}_cos_{}`, dln(rate), lines, k)),
    ];
  }),

  ...panel("4a", "loss-band", "fig4a_losslandscape_{}", vgg(0.1)),
  ...panel("4b", "gradient-band", "fig4b_gradpred_{}", vgg(0.1)),
  ...panel("4c", "beta", "fig4c_beta_{}", vgg(0.1)),

  ...[2, 9, 13].flatMap((k) => [
    ...panel("7a", "mean-change", `fig8a_dmean_L${k}_{}`, vgg(0.1), ["std", "bn", "noisy"], k),
    ...panel("7a", "variance-change", `fig8a_dvar_L${k}_{}`, vgg(0.1), ["std", "bn", "noisy"], k),
  ]),

  ...panel("9a", "loss-band", "fig10a_losslandscape_{}", dln(1e-6)),
  ...panel("9b", "gradient-band", "fig10b_gradpred_{}", dln(1e-6)),
  ...panel("9c", "beta", "fig10c_beta_{}", dln(1e-6)),

  ...panel("10a", "gradient-sweep", "fig11a_vgg_{}", vgg(0.1)),
  ...panel("10b", "gradient-sweep", "fig11b_dln_{}", dln(1e-6)),

  ...panel("11a", "train-accuracy", "fig12a_acc_{}", vgg(0.1), NORMS),
  ...panel("11b", "loss-band", "fig12b_losslandscape_{}", vgg(0.1), NORMS),
  ...panel("11c", "gradient-band", "fig12c_gradpred_{}", vgg(0.1), NORMS),
  ...panel("11d", "beta", "fig12d_beta_{}", vgg(0.1), NORMS),

  ...panel("12a", "train-loss", "fig13a_loss_{}", dln(1e-6), NORMS),
  ...panel("12b", "loss-band", "fig13b_losslandscape_{}", dln(1e-6), NORMS),
  ...panel("12c", "gradient-band", "fig13c_gradpred_{}", dln(1e-6), NORMS),
  ...panel("12d", "beta", "fig13d_beta_{}", dln(1e-6), NORMS),

  ...panel("13a", "train-accuracy", "fig5a_vgg_acc_{}", vgg(0.1), NORMS),
  ...panel("13b", "train-loss", "fig5b_dln_loss_{}", dln(1e-6), NORMS),
];
