import type { Measurement } from "../../../shared/protocol/measurements.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { median } from "../../../shared/theory/finding.ts";
import { typeset } from "../words.ts";

/** Theorem 4.1 in one arm of an experiment, over its runs, layers and measured steps. */
export interface InTraining {
  readonly experiment: string;
  readonly variant: string;
  readonly runs: number;
  /** Runs x layers x steps. */
  readonly measurements: number;
  /** Medians of the two subtracted terms' shares of the first. */
  readonly meanShare: number;
  readonly dotShare: number;
  /** The mean share of units with <g, yhat> > 0. */
  readonly dotPositive: number;
  /** The median of gamma / sigma. */
  readonly scale: number;
  /** The largest distance of the identity's two sides, as a share of its first term. */
  readonly residual: number;
}

/** A row for each arm in which the theorem's terms were measured; none where no run has measured them. */
export function theoremInTraining(snapshot: StudySnapshot | null): InTraining[] {
  return (snapshot?.experiments ?? [])
    .filter(({ experiment }) => experiment.parent === null)
    .flatMap(({ experiment, metrics }) =>
      metrics.variants.flatMap(({ id, runs }) => {
        const measured = runs.flatMap(({ measurements }) => measurements.theorem ?? []);
        const label = experiment.plan.variants.find((variant) => variant.id === id)?.label ?? id;
        return row(experiment.title, typeset(label), measured) ?? [];
      }),
    );
}

function row(experiment: string, variant: string, runs: readonly Measurement[]): InTraining | null {
  const all = (name: string) => runs.flatMap((run) => column(run, name));
  const meanShare = all("meanShare");
  if (meanShare.length === 0) return null;
  const positive = all("dotPositive");
  return {
    experiment,
    variant,
    runs: runs.length,
    measurements: meanShare.length,
    meanShare: median(meanShare),
    dotShare: median(all("dotShare")),
    dotPositive: positive.reduce((sum, share) => sum + share, 0) / positive.length,
    scale: median(all("scale")),
    residual: Math.max(...all("residual")),
  };
}

/** "4.5%", "0.018%"; what no reader could tell from nothing is "under 0.001%". */
export const smallShare = (share: number): string => (share < 1e-5 ? "under 0.001%" : `${+(100 * share).toPrecision(2)}%`);

/** What the measurements say about the two terms' size and sign, experiment by experiment; null where there is none. */
export function foundInTraining(rows: readonly InTraining[]): string | null {
  if (rows.length === 0) return null;
  const range = (of: (row: InTraining) => number, words: (value: number) => string, some = rows) => {
    const [low, high] = [words(Math.min(...some.map(of))), words(Math.max(...some.map(of)))];
    return low === high ? low : `${low} to ${high}`;
  };
  const sizes = [...new Set(rows.map(({ experiment }) => experiment))].map((experiment) => {
    const own = rows.filter((row) => row.experiment === experiment);
    return `${range((row) => row.meanShare + row.dotShare, smallShare, own)} of the first in \u201c${experiment}\u201d`;
  });
  const listed = sizes.length < 2 ? sizes.join("") : `${sizes.slice(0, -1).join(", ")} and ${sizes.at(-1)}`;
  const positive = range(
    (row) => row.dotPositive,
    (share) => `${(100 * share).toFixed(0)}%`,
  );
  return `Together the two terms take away ${listed}, and g·ŷ is positive in ${positive} of the units.`;
}

/** The finite numbers of `name.k` over all layers k. */
function column({ columns }: Measurement, name: string): number[] {
  return Object.entries(columns)
    .filter(([key]) => key.startsWith(`${name}.`))
    .flatMap(([, values]) => values as (number | null)[])
    .filter((value): value is number => value !== null);
}
