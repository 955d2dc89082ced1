import { arms } from "./arms.ts";
import { compose } from "./compose.ts";
import type { DrawFigure } from "./draw.ts";
import { shiftParts } from "./shift-parts.ts";

const ABOUT =
  "G is the gradient of a layer’s weights, G′ the same on the same batch after the layers before it have taken their step (Definition 2.1): the length of their difference and the cosine between them. Beside the training curve stands the older meaning of the words: how far one step moves the distribution of a layer’s values.";

function draw(
  id: string,
  rates: { vgg: number; dln: number },
  words: { number: string; title: string; inVersion3?: string; paper: string },
): DrawFigure {
  return (snapshot, paper) => {
    const vgg = arms(snapshot, "vgg", rates.vgg, ["none", "batch"]);
    const dln = arms(snapshot, "deep-linear", rates.dln, ["none", "batch"]);
    return compose({
      ...{ id, ...words, about: ABOUT },
      plans: [vgg[0]!.plan, dln[0]!.plan],
      groups: [
        {
          title: `VGG, learning rate ${rates.vgg}`,
          columns: "three",
          parts: shiftParts(`${id}-vgg`, vgg, paper, `${words.number}a`),
        },
        {
          title: `Deep linear network, learning rate ${rates.dln.toExponential()}`,
          columns: "three",
          parts: shiftParts(`${id}-dln`, dln, paper, `${words.number}b`),
        },
      ],
    });
  };
}

/** Figure 3: internal covariate shift at the rates of the paper's main text. */
export const drawFig3 = draw(
  "fig3",
  { vgg: 0.1, dln: 1e-7 },
  {
    number: "3",
    title: "Internal covariate shift",
    paper:
      "The paper finds the shift as large with BatchNorm as without, or larger; its curve for the standard deep linear network at this rate has cosine 1 throughout.",
  },
);

/** Figure 6: the same at the other rates, of which the published version shows none in its main text. */
export const drawFig6 = draw(
  "fig6",
  { vgg: 0.01, dln: 1e-6 },
  {
    number: "6",
    inVersion3: "part of 3",
    title: "Internal covariate shift at the other learning rates",
    paper:
      "In the paper’s own curves at these rates, BatchNorm’s cosine in VGG goes to 0.94 to 0.99 once it has converged, and in the deep linear network both arms shift alike.",
  },
);
