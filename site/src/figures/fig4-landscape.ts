import { type Arm, arms } from "./arms.ts";
import { compose, type Draft } from "./compose.ts";
import type { DrawFigure } from "./draw.ts";
import { landscapeParts } from "./landscape-parts.ts";
import { fineGrid, PAPER_GRID } from "./grids.ts";
import { short } from "../words.ts";

const about = ([first]: readonly Arm[]) => {
  const grid = PAPER_GRID[first!.network];
  const least = Math.min(...fineGrid(first!.plan));
  const finer =
    least < Math.min(...grid) ? `one that reaches down to ${short(least)} times the rate` : "one with more sizes between";
  return `At each measured step the loss and its gradient are taken again, on the same batch, further along the gradient: ${short(Math.min(...grid))} to ${short(Math.max(...grid))} times the learning rate ${short(first!.learningRate)}. From the least to the greatest loss; from the least to the greatest change of the gradient; and the greatest change of the gradient over the length of the step, once on this grid and once (dashed) on ${finer}.`;
};

/** Figure 4: how loss and gradient change along the gradient, VGG. */
export const drawFig4: DrawFigure = (snapshot, paper) => {
  const both = arms(snapshot, "vgg", 0.1, ["none", "batch"]);
  return compose({
    ...{
      id: "fig4",
      number: "4",
      title: "The loss landscape of VGG along the gradient",
      about: about(both),
      plans: [both[0]!.plan],
    },
    paper:
      "In the paper’s curves the gradient’s greatest change is in the median 78 without and 27.5 with BatchNorm over steps 100 to 3,000, a ratio of about 3, where its text speaks of close to two orders of magnitude; at step 0 the order is the reverse.",
    groups: [{ title: null, columns: "three", parts: landscapeParts(both, paper, place("fig4", "4")) }],
  });
};

/** Figure 9: the same for the deep linear network. */
export const drawFig9: DrawFigure = (snapshot, paper) => {
  const both = arms(snapshot, "deep-linear", 1e-6, ["none", "batch"]);
  return compose({
    ...{ id: "fig9", number: "9", inVersion3: "10", about: about(both), plans: [both[0]!.plan] },
    title: "The loss landscape of the deep linear network along the gradient",
    paper:
      "In the paper’s curves the standard network is far rougher early; after step 7,000 it is BatchNorm whose greatest loss is above the standard network’s, at 97% of the steps drawn.",
    groups: [{ title: null, columns: "three", parts: landscapeParts(both, paper, place("fig9", "9")) }],
  });
};

const place = (id: string, number: string) =>
  ({ id, columns: "three", figures: { loss: `${number}a`, gradient: `${number}b`, beta: `${number}c` } }) as const;

/** What the figures of several norms say of themselves. */
export const landscapeAbout = (all: readonly Arm[]): Draft["about"] => about(all);
