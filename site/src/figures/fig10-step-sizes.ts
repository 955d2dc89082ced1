import { arms } from "./arms.ts";
import { compose } from "./compose.ts";
import type { DrawFigure } from "./draw.ts";
import { sweepPart } from "./sweep-part.ts";

/** Figure 10: change of the gradient against the size of the step. */
export const drawFig10: DrawFigure = (snapshot, paper) => {
  const vgg = arms(snapshot, "vgg", 0.1, ["none", "batch"]);
  const dln = arms(snapshot, "deep-linear", 1e-6, ["none", "batch"]);
  const sweep = (figure: string, arm: (typeof vgg)[number]) =>
    paper.sweep({ figure, network: arm.network, normalization: arm.normalization });
  return compose({
    id: "fig10",
    number: "10",
    inVersion3: "11",
    title: "Change of the gradient against the size of the step",
    about:
      "How much the gradient differs (l2 norms summed over variables) after a step of each size along it, on the same batch: one line for each measured step of training, from early (blue) to late (red).",
    paper:
      "In the paper BatchNorm’s lines are flatter and lower for VGG; its lines for the deep linear network cross. Its 50 lines are taken to be evenly spaced over its steps.",
    plans: [vgg[0]!.plan, dln[0]!.plan],
    groups: [
      {
        title: "VGG",
        columns: "two",
        parts: vgg.map((arm) =>
          sweepPart(`fig10-vgg-${arm.variant}`, arm, sweep("10a", arm), { columns: "two", kind: "linear", paperSteps: 15_000 }),
        ),
      },
      {
        title: "Deep linear network",
        columns: "two",
        parts: dln.map((arm) =>
          sweepPart(`fig10-dln-${arm.variant}`, arm, sweep("10b", arm), { columns: "two", kind: "log", paperSteps: 10_000 }),
        ),
      },
    ],
  });
};
