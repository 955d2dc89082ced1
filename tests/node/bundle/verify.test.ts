import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BundleLine, ExperimentLine, Row, RowLine } from "../../../shared/protocol/bundle.ts";
import type { ExperimentHeader } from "../../../shared/protocol/experiment.ts";
import { canonicalJson } from "../../../shared/math/json.ts";
import { sha256Hex } from "../../../shared/math/sha256.ts";
import { resultAsHandedIn, type StoredResult } from "../../../shared/protocol/result.ts";
import { resultText, volunteerId } from "../../../shared/protocol/signature.ts";
import { KEY_ALGORITHM, keysFrom } from "../../../shared/volunteer/keys.ts";
import { BundleWriter } from "../../../scripts/bundle/lines.ts";
import { verifyBundle } from "../../../scripts/bundle/verify.ts";
import { verdictsLine } from "../../../scripts/bundle/verdicts.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { replicaHeader } from "../../../shared/experiments/replica.ts";
import { training } from "../../../shared/experiments/training.ts";
import { experimentSnapshot } from "../../../workers/coordinator/snapshot.ts";
import { mergeMetrics } from "../../../workers/coordinator/assimilator.ts";
import { chainedResults, tinyBundle } from "./tiny-bundle.ts";

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), "bundle-"))));
afterAll(() => rmSync(folder, { recursive: true }));

async function written(lines: readonly BundleLine[]): Promise<string> {
  const file = path.join(folder, `${crypto.randomUUID()}.jsonl`);
  const writer = new BundleWriter(file);
  for (const line of lines) await writer.write(JSON.stringify(line));
  await writer.end();
  return file;
}
const fault = async (lines: readonly BundleLine[]) =>
  verifyBundle(await written(lines)).then(
    () => null,
    (error: unknown) => String(error),
  );

/** The bundle with its lines of one kind changed. */
const changed = <K extends BundleLine["line"]>(
  kind: K,
  change: (line: Extract<BundleLine, { line: K }>, i: number) => BundleLine[],
) => {
  let i = 0;
  return tinyBundle().flatMap((line) => (line.line === kind ? change(line as Extract<BundleLine, { line: K }>, i++) : [line]));
};
const row = (at: number, change: (line: RowLine) => RowLine) => changed("row", (line, i) => [i === at ? change(line) : line]);
const experiment = (change: (line: ExperimentLine) => ExperimentLine) => changed("experiment", (line) => [change(line)]);

test("a bundle as a coordinator writes it is as it says", async () => {
  expect(await verifyBundle(await written(tinyBundle()))).toMatchObject({
    takenAt: "2030-01-01T00:00:00.000Z",
    logEntries: 2,
    experiments: [{ results: 11, standing: 11 }],
    checkpoints: 1,
    missing: [],
  });
});

test("replicas stand in no verdict of a bundle, and in earlier ones those of replicas are passed over", async () => {
  const own = experimentHeader(training, "pilot");
  const snapshots = [own, replicaHeader(own)!].map((header) =>
    experimentSnapshot(header, [], { version: 1, now: 0, trainingNow: 0 }),
  );
  const at = "2030-01-01T00:00:00.000Z";
  const families = new Set(verdictsLine(snapshots, at).verdicts.map(({ family }) => family));
  expect(families).toEqual(new Set(["pilot"]));
  const earlier = changed("verdicts", (line) => [
    {
      ...line,
      verdicts: [...line.verdicts, { family: "tiny-replica", claim: "C1", sha256: "0".repeat(64), verdict: "undecided" }],
    },
  ]);
  expect(await fault(earlier)).toBeNull();
});

test("volunteers stand behind the study's line, each with its own key, and nowhere else", async () => {
  const pair = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const { publicKey } = await keysFrom<CryptoKey>(crypto.subtle, pair);
  const kept = (change: Partial<RowLine> = {}, id = volunteerId(publicKey)!): RowLine => ({
    ...{ line: "row", of: "study", table: "volunteers" },
    row: { id, public_key: publicKey, alias: "Ada", listed: 1, first_seen: 1, challenged_at: 2 },
    ...change,
  });
  const behind = (...rows: RowLine[]) => changed("study", (line) => [line, ...rows]);
  expect(await fault(behind(kept(), kept({ table: "gifts", row: { experiment: "e", volunteer: "v", shards: 1 } })))).toBeNull();
  expect(await fault(behind(kept({}, "0".repeat(64))))).toMatch(/volunteer: got 0+, want [0-9a-f]{64}, whose key it is/);
  expect(await fault(behind(kept({ table: "secret" })))).toMatch(/got a row of secret, want one of volunteers, gifts/);
  expect(await fault(changed("experiment", (line) => [line, kept()]))).toMatch(/got a row of study, want one of the experiment/);
});

test("replicas are those of the pairs that were drawn", async () => {
  const own = experimentHeader(training, "pilot");
  const again = replicaHeader(own)!;
  const withBoth = (...headers: ExperimentHeader[]) =>
    changed("verdicts", () => {
      const lines = headers.map((header): ExperimentLine => {
        const { variants, seeds } = header.plan;
        const stands = { shards: 0, step: 0, checkpoint: null, diverged_at: null };
        const runs = variants.flatMap(({ id: variant }) => seeds.map((seed): Row => ({ variant, seed, ...stands })));
        const snapshot = experimentSnapshot(header, [], { version: 1, now: 0, trainingNow: 0 });
        return { line: "experiment", schema: 1, header, results: 0, tables: { runs }, snapshot };
      });
      const tiny = tinyBundle().filter((line) => line.line === "experiment");
      const all = [...tiny, ...lines].map(({ snapshot }) => snapshot);
      return [...lines, verdictsLine(all, "2030-01-01T00:00:00.000Z")];
    });
  expect(await fault(withBoth(own, again))).toBeNull();
  expect(await fault(withBoth(again))).toMatch(/-replica: parent: got training-.*, want an experiment that stands before it/);
  const chosen = { ...again, plan: { ...again.plan, seeds: [again.plan.seeds[0]! + 1] } };
  expect(await fault(withBoth(own, chosen))).toMatch(
    /-replica: got a plan with the hash .*: that of training-.* with the drawn seeds/,
  );
});

describe("whoever changes a file afterwards is found out", () => {
  test("by its end line: a byte changed, a line cut off, or the end itself missing", async () => {
    const file = await written(tinyBundle());
    const text = readFileSync(file, "utf8");
    const wrong = async (other: string) => {
      writeFileSync(file, other);
      return verifyBundle(file).catch((error: unknown) => String(error));
    };
    expect(await wrong(text.replace('"reason":"a"', '"reason":"z"'))).toMatch(/log entry 1: sha256/);
    expect(await wrong(text.replace('"deployment":"test"', '"deployment":"tess"'))).toMatch(/the file was changed/);
    const lines = text.trimEnd().split("\n");
    expect(await wrong(`${lines.slice(0, -1).join("\n")}\n`)).toMatch(/the file was cut off/);
    expect(await wrong(`${[...lines.slice(0, -2), lines.at(-1)].join("\n")}\n`)).toMatch(/lines: got 18, want 17/);
    expect(await wrong(`${text}{}\n`)).toMatch(/line 20: got a line after the end line/);
    expect(await wrong(text.slice(0, 400))).toMatch(/line \d+: got something else than JSON/);
  });

  test.each<[string, () => BundleLine[], RegExp]>([
    ["an action", () => changed("log", (line, i) => (i === 0 ? [] : [line])), /log entry 2: got it after entry 0, want entry 1/],
    ["a result dropped", () => changed("row", (line, i) => (i === 4 ? [] : [line])), /got 10 results, want 11/],
    [
      "a result dropped, and the count",
      () =>
        experiment((line) => ({ ...line, results: 10 })).filter((line, i, all) => line !== all.findLast((l) => l.line === "row")),
      /shards: got 2, want 1|metrics/,
    ],
    [
      "a loss",
      () =>
        row(2, (line) => ({ ...line, row: { ...line.row, json: String(line.row.json).replace('"loss":[0.', '"loss":[1.') } })),
      /result 3: link: got .* it or one before it was changed/,
    ],
    ["the order", () => row(0, (line) => ({ ...line, row: { ...line.row, position: 2 } })), /result 1: position: got 2, want 1/],
    [
      "what a volunteer is credited",
      () => row(0, (line) => ({ ...line, row: { ...line.row, steps: 20 } })),
      /result 1: steps: got 20, want 2/,
    ],
    [
      "a voided result that counts all the same",
      () => row(10, (line) => ({ ...line, row: { ...line.row, voided: '{"reason":"x"}' } })),
      /shards: got 2, want 1, as its results say/,
    ],
    [
      "where a run stands",
      () =>
        experiment((line) => ({
          ...line,
          tables: { runs: line.tables.runs!.map((run, i) => (i === 0 ? { ...run, step: 4 } : run)) },
        })),
      /seed 1: step: got 4, want 6/,
    ],
    [
      "a plan",
      () => experiment((line) => ({ ...line, header: { ...line.header, plan: { ...line.header.plan, shardSteps: 3 } } })),
      /got a plan with the hash/,
    ],
    [
      "a number of the report",
      () =>
        experiment((line) => {
          const metrics = structuredClone(line.snapshot.metrics);
          metrics.variants[0]!.training.mean[1]! += 0.01;
          return { ...line, snapshot: { ...line.snapshot, metrics, metricsSha256: sha256Hex(canonicalJson(metrics)) } };
        }),
      /got .* at metrics\.variants\.0\.training\.mean\.1, want .*, which follows from the results/,
    ],
    [
      "the report's hash",
      () => experiment((line) => ({ ...line, snapshot: { ...line.snapshot, metricsSha256: "0".repeat(64) } })),
      /metricsSha256: got 0+, want/,
    ],
    [
      "a verdict",
      () =>
        changed("verdicts", (line) => [
          {
            ...line,
            verdicts: [...line.verdicts, { family: "study", claim: "x", sha256: "0".repeat(64), verdict: "supported" }],
          },
        ]),
      /at verdicts\.\d+, want nothing/,
    ],
    ["a checkpoint", () => changed("checkpoint", (line) => [{ ...line, base64: "AAAA" }]), /got bytes with the hash/],
  ])("who makes the end line anew: %s", async (_what, lines, words) => {
    expect(await fault(lines())).toMatch(words);
  });

  test("who makes the whole chain anew: numbers that contradict each other, and runs that do not follow", async () => {
    const results = chainedResults();
    const forge = (at: number, change: (result: (typeof results)[number]) => (typeof results)[number]) =>
      fault(tinyBundle(results.map((result, i) => (i === at ? change(result) : result))));
    expect(await forge(0, (r) => ({ ...r, training: { ...r.training, accuracy: [0.3, 0.5] } }))).toMatch(
      /result 1: training.accuracy\[0\]: got 0.3, want a multiple of 1\/2/,
    );
    expect(await forge(1, (r) => ({ ...r, provenance: { ...r.provenance, startCheckpoint: "f".repeat(64) } }))).toMatch(
      /startCheckpoint: got f+, want .*, where the one before it ended/,
    );
    expect(await forge(0, (r) => ({ ...r, seed: 99 }))).toMatch(/want a run of the plan/);
  });
});

describe("signed results", () => {
  const key = async () => {
    const pair = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
    const keys = await keysFrom<CryptoKey>(crypto.subtle, pair);
    return { ...keys, id: volunteerId(keys.publicKey)! };
  };
  const LEASE = `tiny.${crypto.randomUUID()}`;
  const signed = async (result: StoredResult): Promise<StoredResult> => {
    const { id, publicKey, sign } = await key();
    const own = { ...result, opening: [2.3], provenance: { ...result.provenance, volunteer: id } };
    const signature = await sign(resultText(LEASE, sha256Hex(canonicalJson(resultAsHandedIn(own)))));
    return { ...own, signed: { lease: LEASE, publicKey, signature } };
  };
  const withFirst = (first: StoredResult, volunteer = first.provenance.volunteer) =>
    tinyBundle([first, ...chainedResults().slice(1)]).map((line) =>
      line.line === "row" && line.row.position === 1 ? { ...line, row: { ...line.row, volunteer } } : line,
    );

  test("are counted, and a number, a name or a lease changed after signing shows although the chain was made anew", async () => {
    const first = await signed(chainedResults()[0]!);
    expect(await verifyBundle(await written(withFirst(first)))).toMatchObject({ experiments: [{ signed: 1 }] });
    const words = /result 1: signature: got one over something else/;
    expect(await fault(withFirst({ ...first, opening: [2.2] }))).toMatch(words);
    expect(await fault(withFirst({ ...first, provenance: { ...first.provenance, trainMs: 1 } }))).toMatch(words);
    expect(await fault(withFirst({ ...first, signed: { ...first.signed!, lease: `tiny.${crypto.randomUUID()}` } }))).toMatch(
      words,
    );
    const other = (await key()).id;
    expect(await fault(withFirst(first, other))).toMatch(/result 1: volunteer: got .*, want .*, whose key signed it/);
  });
});

test("a bundle without the checkpoint of an unfinished run says which", async () => {
  const { missing } = await verifyBundle(await written(changed("checkpoint", () => [])));
  expect(missing).toEqual([expect.stringMatching(/batchnorm-lr0.1, seed 2, from step 4$/) as string]);
});

test("metrics are recomputed from standing results alone", async () => {
  const results = chainedResults();
  const lines = tinyBundle(results.slice(0, -1));
  const full = tinyBundle(results);
  const voided = full
    .filter((line): line is RowLine => line.line === "row")
    .map((line, i) => (i === 10 ? { ...line, row: { ...line.row, voided: "{}" } } : line));
  const [at, end] = [lines.findIndex((line) => line.line === "row"), lines.findLastIndex((line) => line.line === "row") + 1];
  const mixed = [...lines.slice(0, at), ...voided, ...lines.slice(end)].map((line) =>
    line.line === "experiment" ? { ...line, results: 11 } : line,
  );
  expect(await verifyBundle(await written(mixed))).toMatchObject({ experiments: [{ results: 11, standing: 10 }] });
  expect(mergeMetrics(chainedPlan(lines), results.slice(0, -1)).progress.shards).toBe(10);
});
const chainedPlan = (lines: readonly BundleLine[]) => lines.find((line) => line.line === "experiment")!.header.plan;

test("the command says so, and with which exit code", async () => {
  const script = path.resolve(import.meta.dirname, "../../../scripts/verify.ts");
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  const good = run(await written(tinyBundle()));
  expect([good.status, good.stdout]).toEqual([0, expect.stringContaining("All of it is as it says.")]);
  const bad = run(await written(row(0, (line) => ({ ...line, row: { ...line.row, steps: 20 } }))));
  expect([bad.status, bad.stderr]).toEqual([1, expect.stringMatching(/result 1: steps: got 20, want 2\.\n$/)]);
  expect(run().status).toBe(2);
});
