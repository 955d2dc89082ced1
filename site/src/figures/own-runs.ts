import type { TopLevelSpec } from "vega-lite";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { colour } from "../styles/palette.ts";
import type { Panel } from "./figure.ts";

/** A run of which one volunteer trained a part. */
export interface OwnRun {
  readonly experiment: string;
  readonly variant: string;
  readonly seed: number;
  /** The stretches [from, to] that the volunteer trained, as far as they were accepted. */
  readonly stretches: readonly (readonly [number, number])[];
}

/** The runs that a volunteer had a hand in. @param volunteer its id */
export function ownRuns(snapshot: StudySnapshot | null, volunteer: string): readonly OwnRun[] {
  return (snapshot?.experiments ?? []).flatMap(({ experiment, metrics }) =>
    metrics.variants.flatMap(({ id, runs }) =>
      runs.flatMap(({ seed, provenance }) => {
        const stretches = provenance
          .filter((shard) => shard.volunteer === volunteer)
          .map(({ fromStep, toStep }) => [fromStep, toStep] as const);
        return stretches.length === 0 ? [] : [{ experiment: experiment.id, variant: id, seed, stretches }];
      }),
    ),
  );
}

interface SeedRow {
  readonly series: string;
  readonly seed: number;
  readonly step: number;
}

interface Layer {
  readonly data: { readonly name?: string };
  readonly mark: object;
  readonly encoding?: object;
}

interface Layered {
  readonly datasets?: Readonly<Record<string, readonly SeedRow[]>>;
  readonly layer?: readonly Layer[];
}

/** The seeds' own data sets, and what the volunteer's part of each is called. */
const SEEDS: Readonly<Record<string, string>> = { seeds: "ownSeeds", bandSeeds: "ownBandSeeds" };
/** A run may be a volunteer's in several stretches: a line for each, without one across what others trained. */
const BY_STRETCH = {
  detail: [
    { field: "seed", type: "nominal" },
    { field: "stretch", type: "quantitative" },
  ],
};
const CASING = { strokeWidth: 4.5, stroke: colour("page"), opacity: 0.9, strokeCap: "round" };
const LINE = { strokeWidth: 2, stroke: colour("ink"), opacity: 1, strokeCap: "round" };

/** A panel's chart with what the volunteer trained drawn over it: the ink's colour on a casing of the page's, so that it stands out in both themes. */
export function withOwnRuns({ spec, arms = [] }: Panel, own: readonly OwnRun[]): TopLevelSpec {
  const { datasets = {}, layer = [], ...chart } = spec as unknown as Layered;
  const parts = Object.entries(SEEDS).flatMap(([seeds, name]) => {
    const rows = (datasets[seeds] ?? []).flatMap((row) => stretchOf(row, arms, own));
    return rows.length === 0 ? [] : [{ seeds, name, rows }];
  });
  if (parts.length === 0) return spec;
  const over = parts.flatMap(({ seeds, name }) =>
    layer
      .filter(({ data }) => data.name === seeds)
      .flatMap((one) =>
        [CASING, LINE].map((look) => ({
          ...one,
          data: { name },
          mark: { ...one.mark, ...look },
          encoding: { ...one.encoding, ...BY_STRETCH },
        })),
      ),
  );
  const added = Object.fromEntries(parts.map(({ name, rows }) => [name, rows]));
  // Under the names at the curves' ends, which come last and must stay readable.
  const names = layer.findIndex(({ data }) => data.name === "names");
  const at = names < 0 ? layer.length : names;
  const layers = [...layer.slice(0, at), ...over, ...layer.slice(at)];
  return { ...chart, datasets: { ...datasets, ...added }, layer: layers } as unknown as TopLevelSpec;
}

/** The volunteer's runs that have a curve of their own in these panels. */
export function ownIn(panels: readonly Panel[], own: readonly OwnRun[]): readonly OwnRun[] {
  const draws = ({ spec }: Panel) => Object.keys(SEEDS).some((name) => name in ((spec as unknown as Layered).datasets ?? {}));
  const arms = panels.filter(draws).flatMap((panel) => panel.arms ?? []);
  return own.filter((run) => arms.some(({ experiment, variant }) => run.experiment === experiment && run.variant === variant));
}

/** A point as it stands in each of the volunteer's stretches: both ends count, because what is tested after the last update stands there. */
function stretchOf(row: SeedRow, arms: NonNullable<Panel["arms"]>, own: readonly OwnRun[]): readonly object[] {
  const arm = arms.find(({ name }) => name === row.series);
  const run = own.find(
    ({ experiment, variant, seed }) => experiment === arm?.experiment && variant === arm.variant && seed === row.seed,
  );
  return (run?.stretches ?? []).flatMap(([from, to], stretch) =>
    row.step >= from && row.step <= to ? [{ ...row, stretch }] : [],
  );
}
