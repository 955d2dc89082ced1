import { CURVE, curvePath } from "../donate/shard-curve.ts";
import type { Given, GivenRun } from "./given.ts";

/** Runs that are drawn; the table has all. */
const MOST = 12;
const SVG = "http://www.w3.org/2000/svg";

/** The training accuracy of a run (its loss where nothing is classified), and of it the stretches that the volunteer trained, as paths. */
export function runPaths({ training, stretches, of }: GivenRun): { readonly whole: string; readonly own: string } {
  const hasAccuracy = training.accuracy.some((value) => value !== null);
  const points = training.step.map((x, at) => ({ x, y: (hasAccuracy ? training.accuracy : training.loss)[at] ?? null }));
  const highest = hasAccuracy ? 1 : Math.max(0, ...points.map(({ y }) => y ?? 0));
  const isOwn = (step: number) => stretches.some(([from, to]) => step >= from && step < to);
  return {
    whole: curvePath(points, [0, of], [0, highest]),
    own: curvePath(points.map(({ x, y }) => ({ x, y: isOwn(x) ? y : null })), [0, of], [0, highest]), // prettier-ignore
  };
}

/** Draws the runs in which the volunteer has a part, that part in its own colour. */
export function drawRuns(list: Element, { runs }: Given): void {
  const drawn = runs.filter(({ training }) => training.step.length > 1).slice(0, MOST);
  list.replaceChildren(
    ...drawn.map((run) => {
      const item = document.createElement("li");
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${CURVE.width} ${CURVE.height}`);
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      for (const [name, d] of Object.entries(runPaths(run))) {
        const path = document.createElementNS(SVG, "path");
        path.setAttribute("class", name);
        path.setAttribute("d", d);
        svg.append(path);
      }
      item.append(svg, `${run.label}, seed ${run.seed}`);
      return item;
    }),
  );
}
