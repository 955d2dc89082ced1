import { expect, test } from "vitest";
import { changed, putTogether } from "../../../site/src/live/changed.ts";
import { extents, syntheticSnapshot } from "./synthetic-snapshot.ts";

const known = syntheticSnapshot(extents["one shard"]!);
const versions = {
  protocol: known.protocol,
  experiments: known.experiments.map(({ experiment, version, publishedAt }) => ({ id: experiment.id, version, publishedAt })),
  volunteers: null,
};
const [first] = versions.experiments;
const newer = { ...versions, experiments: [{ ...first!, version: first!.version + 1 }, ...versions.experiments.slice(1)] };

test("a page that knows nothing asks for everything, one that is up to date for nothing, else for what changed", () => {
  expect(changed(null, versions)).toEqual(versions.experiments.map(({ id }) => id));
  expect(changed(known, versions)).toEqual([]);
  expect(changed(known, newer)).toEqual([first!.id]);
});

test("what was fetched takes the place of what was known; what was not stays, and is still wanted", () => {
  const fetched = { ...known.experiments[0]!, version: first!.version + 1 };
  const now = putTogether(known, newer, [fetched], "2030-01-01T00:00:00.000Z", { a: "Ada" });
  expect(now.experiments.map(({ experiment }) => experiment.id)).toEqual(versions.experiments.map(({ id }) => id));
  expect([now.experiments[0], now.experiments.slice(1), now.names]).toEqual([fetched, known.experiments.slice(1), { a: "Ada" }]);
  expect(changed(now, newer)).toEqual([]);
  const missed = putTogether(known, newer, [null], "2030-01-01T00:00:00.000Z");
  expect(missed.experiments).toEqual(known.experiments);
  expect(changed(missed, newer)).toEqual([first!.id]);
});

test("an experiment that the coordinator no longer has is gone", () => {
  const now = putTogether(known, { ...versions, experiments: versions.experiments.slice(1) }, [], "2030-01-01T00:00:00.000Z");
  expect(now.experiments).toHaveLength(known.experiments.length - 1);
});
