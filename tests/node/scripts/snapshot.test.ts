import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { StoredResult } from "../../../shared/protocol/result.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { recompute } from "../../../scripts/snapshot/recompute.ts";
import { snapshotText } from "../../../scripts/snapshot/text.ts";
import { experimentSnapshot } from "../../../workers/coordinator/snapshot.ts";
import { allResults, tinyHeader } from "../../workerd/tiny.ts";

const header = tinyHeader("tiny");
const all = allResults(header.plan);
const snapshotOf = (results: StoredResult[]) => experimentSnapshot(header, results, { version: 2, now: 0, trainingNow: 0 });

/** A coordinator as far as its answers go: these results, and this snapshot when asked anew. */
let stored: StoredResult[] = [];
let published = snapshotOf([]);
const server = createServer((request, response) => {
  response.end(JSON.stringify(request.url?.endsWith("/results") ? { experiment: header, results: stored } : published));
});
let origin: string;
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

test("a snapshot that follows from the results is confirmed", async () => {
  stored = [...all].reverse();
  expect(await recompute(origin, snapshotOf(all))).toEqual(snapshotOf(all));
});

test("a snapshot that does not follow from them is refused", async () => {
  stored = all;
  const bent = snapshotOf(all);
  bent.metrics.variants[0]!.training.mean[0] = 0.99;
  await expect(recompute(origin, bent)).rejects.toThrow(/tiny: got metrics .*, want .*, which follows from the 12 results/);
});

test("when results came in meanwhile, the newer snapshot is taken", async () => {
  stored = all;
  published = snapshotOf(all);
  expect((await recompute(origin, snapshotOf(all.slice(0, 3)))).metrics.progress.shards).toBe(12);
});

test("the file holds the same snapshot with sorted keys, and a column of numbers is one line of it", () => {
  const long = snapshotOf(all);
  const step = Array.from({ length: 500 }, (_, i) => i);
  const histograms = step.map((i) => [-1, 1, i, 2 * i]);
  long.metrics.variants[0]!.runs[0]!.measurements = { shift: { step, columns: { "l2.5": step, histograms } } };
  const study: StudySnapshot = { protocol: PROTOCOL_VERSION, takenAt: "2030-01-01T00:00:00.000Z", experiments: [long] };
  const text = snapshotText(study);
  expect(JSON.parse(text)).toEqual(study);
  const lines = text.split("\n");
  expect(lines.filter((line) => line.trimStart().startsWith('"l2.5":[0,1,2,'))).toHaveLength(1);
  expect(lines.filter((line) => line.trimStart().startsWith('"histograms":[[-1,1,0,0],[-1,1,1,2],'))).toHaveLength(1);
  expect(lines.filter((line) => line.length < 100 && line.includes('"seed":')).length).toBeGreaterThan(0);
  const keys = [...text.matchAll(/^ "(\w+)":/gm)].map(([, key]) => key);
  expect(keys).toEqual(["experiments", "protocol", "takenAt"]);
  expect(text.length).toBeLessThan(1.25 * JSON.stringify(study).length);
});
