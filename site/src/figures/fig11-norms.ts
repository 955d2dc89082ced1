import { arms, type NetworkName } from "./arms.ts";
import { compose } from "./compose.ts";
import type { DrawFigure } from "./draw.ts";
import { landscapeAbout } from "./fig4-landscape.ts";
import { landscapeParts } from "./landscape-parts.ts";
import { ridgePart } from "./ridge-part.ts";
import { trainingPart } from "./training-parts.ts";

const FIVE = ["none", "batch", "l1", "l2", "linf"] as const;
const NORMS =
  "Besides BatchNorm, normalizations that divide by the mean absolute value (L1), the root mean square (L2) or the largest absolute value (L∞) over the batch, taken before the mean is shifted.";
const PAPER = {
  vgg: "The paper finds that all four normalizations train VGG alike; its curves pass 98% between steps 4,300 and 5,000.",
  "deep-linear": "The paper finds L1 better than BatchNorm here; its curves end at 97 and 479, of one run each.",
};

const draw =
  (
    network: NetworkName,
    learningRate: number,
    words: { id: string; number: string; inVersion3: string; title: string },
  ): DrawFigure =>
  (snapshot, paper) => {
    const five = arms(snapshot, network, learningRate, FIVE);
    const { id, number } = words;
    const quantity = network === "vgg" ? "train-accuracy" : "train-loss";
    return compose({
      ...words,
      about: `${NORMS} ${landscapeAbout(five)}`,
      paper: PAPER[network],
      plans: [five[0]!.plan],
      groups: [
        {
          title: null,
          columns: "two",
          parts: [
            trainingPart(`${id}-training`, five, paper, { quantity, figure: `${number}a`, columns: "two" }),
            ...landscapeParts(five, paper, {
              ...{ id, columns: "two" },
              figures: { loss: `${number}b`, gradient: `${number}c`, beta: `${number}d` },
            }),
          ],
        },
      ],
    });
  };

/** Figure 11: other norms on VGG. */
export const drawFig11 = draw("vgg", 0.1, { id: "fig11", number: "11", inVersion3: "12", title: "VGG with other norms" });

/** Figure 12: other norms on the deep linear network. */
export const drawFig12 = draw("deep-linear", 1e-6, {
  ...{ id: "fig12", number: "12", inVersion3: "13" },
  title: "The deep linear network with other norms",
});

/** Figure 13: training curves of both networks with every norm. */
export const drawFig13: DrawFigure = (snapshot, paper) => {
  const vgg = arms(snapshot, "vgg", 0.1, FIVE);
  const dln = arms(snapshot, "deep-linear", 1e-6, FIVE);
  return compose({
    id: "fig13",
    number: "13",
    inVersion3: "5",
    title: "Training with other norms",
    about: `${NORMS} Left VGG, right the deep linear network.`,
    paper: `${PAPER.vgg} ${PAPER["deep-linear"]}`,
    plans: [vgg[0]!.plan, dln[0]!.plan],
    groups: [
      {
        title: null,
        columns: "two",
        parts: [
          trainingPart("fig13-vgg", vgg, paper, { quantity: "train-accuracy", figure: "13a", columns: "two" }),
          trainingPart("fig13-dln", dln, paper, { quantity: "train-loss", figure: "13b", columns: "two" }),
        ],
      },
    ],
  });
};

/** Figure 14: activations with every norm. */
export const drawFig14: DrawFigure = (snapshot) => {
  const vgg = arms(snapshot, "vgg", 0.1, FIVE);
  const dln = arms(snapshot, "deep-linear", 1e-6, FIVE);
  const group = (title: string, all: typeof vgg) => ({
    title,
    columns: "three" as const,
    parts: all.map((arm) => ridgePart(`fig14-${arm.network}-${arm.variant}`, arm, 11, "three")),
  });
  return compose({
    id: "fig14",
    number: "14",
    inVersion3: "6",
    title: "Activations of layer 11 with every norm",
    about: `${NORMS} Histograms of one channel’s values before the non-linearity, early at the back, late in front; the axis at the left is the step.`,
    paper:
      "The paper shows VGG: about −5 to 3 with BatchNorm, −3 to 5 with L1, −3 to 3 with L2, most within ±0.2 with L∞. The deep linear network is ours.",
    plans: [vgg[0]!.plan, dln[0]!.plan],
    groups: [group("VGG", vgg), group("Deep linear network", dln)],
  });
};
