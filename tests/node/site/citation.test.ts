import { expect, test } from "vitest";
import { dataCite, dataVersion } from "../../../site/src/report/citation.ts";
import { assumedEnergyKwh, ASSUMED_WATTS, computeRows } from "../../../site/src/report/compute.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const snapshot = syntheticSnapshot(Object.values(extents).find(({ seeds }) => seeds === 5)!);

test("a version names the data: another order is the same one, another number is another", () => {
  const version = dataVersion(snapshot);
  expect(version.id).toMatch(/^[0-9a-f]{12}$/);
  expect(dataVersion({ ...snapshot, experiments: snapshot.experiments.toReversed() })).toEqual(version);
  const [first, ...others] = snapshot.experiments;
  const changed = { ...snapshot, experiments: [{ ...first!, metricsSha256: "0".repeat(64) }, ...others] };
  expect(dataVersion(changed).id).not.toBe(version.id);
});

test("the description for a DOI has what DataCite requires", () => {
  const described = dataCite(snapshot) as Record<string, unknown>;
  for (const field of ["titles", "creators", "publisher", "publicationYear", "types"]) expect(described).toHaveProperty(field);
  expect(described["publicationYear"]).toBe(Number(snapshot.takenAt.slice(0, 4)));
});

test("compute adds up to all steps and all time", () => {
  const rows = computeRows(snapshot);
  const shards = snapshot.experiments.flatMap(({ metrics }) =>
    metrics.variants.flatMap(({ runs }) => runs.flatMap((run) => run.provenance)),
  );
  const steps = shards.reduce((sum, { fromStep, toStep }) => sum + toStep - fromStep, 0);
  expect(rows.reduce((sum, row) => sum + Number(row.steps.replaceAll(",", "")), 0)).toBe(steps);
  const hours = shards.reduce((sum, { trainMs, evaluateMs }) => sum + trainMs + evaluateMs, 0) / 3_600_000;
  expect(assumedEnergyKwh(snapshot)).toBeCloseTo((ASSUMED_WATTS * hours) / 1000, 9);
  expect(computeRows(null)).toEqual([]);
  expect(assumedEnergyKwh(null)).toBeNull();
});
