import { createServer } from "node:net";
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readArguments } from "../../../scripts/fleet/arguments.ts";
import { freePort } from "../../../scripts/fleet/free-port.ts";
import { failuresAfter, KeptAlive } from "../../../scripts/fleet/kept-alive.ts";
import { isCalled, orderOfNeed, type Standing, standings } from "../../../scripts/fleet/order.ts";
import { reporter } from "../../../scripts/fleet/reporter.ts";
import { progressLine, speed, timeLeft } from "../../../scripts/fleet/time-left.ts";
import { experimentSnapshot } from "../../../workers/coordinator/snapshot.ts";
import { allResults, tinyHeader } from "../../workerd/tiny.ts";

const all = { experiments: [], seeds: Infinity };
const row = (id: string, change: Partial<Standing> = {}): Standing => ({
  ...{ id, family: "vgg", runs: 10, finishedRuns: 0, steps: 1000, trainedSteps: 0, openSeed: 0, spentMs: 0, spentSteps: 0 },
  ...change,
});

describe("what is needed most", () => {
  const dln = (openSeed: number) => row("deep-linear-pilot-00000002", { family: "deep-linear", openSeed });

  test("the first seed of everything before the second of anything, then the study's order", () => {
    const rows = [row("a", { openSeed: 1 }), row("b"), row("c", { openSeed: Infinity }), row("d")];
    expect(orderOfNeed(rows, all)).toEqual(["b", "d", "a"]);
  });

  test("the deep linear network first, five seeds at a time", () => {
    const first = (openSeed: number, vgg: number) => orderOfNeed([row("v", { openSeed: vgg }), dln(openSeed)], all)[0];
    expect([first(0, 0), first(4, 0)]).toEqual([dln(0).id, dln(0).id]);
    expect([first(5, 0), first(5, 1), first(9, 1), first(10, 1)]).toEqual(["v", dln(0).id, dln(0).id, "v"]);
  });

  test("whoever names experiments gets them in that order", () => {
    const rows = [row("a", { openSeed: 3 }), row("b")];
    expect(orderOfNeed(rows, { experiments: ["a", "b"], seeds: 5 })).toEqual(["a", "b"]);
  });

  test("an experiment is called by its id or by its name, not by part of it", () => {
    const id = "deep-linear-norms-pilot-0123abcd";
    expect(["deep-linear-norms", id, "deep-linear", "norms"].map((name) => isCalled(id, name))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("where the study stands", () => {
  const header = tinyHeader("tiny-pilot-01234567"); // 2 variants x 2 seeds, 6 steps, 3 shards
  const results = allResults(header.plan);
  const at = (shards: number, seeds = Infinity, experiments: string[] = []) =>
    standings([experimentSnapshot(header, results.slice(0, shards), { version: 1, now: 0, trainingNow: 0 })], {
      seeds,
      experiments,
    });

  test("runs, steps and the first seed that is open, from the merged metrics", () => {
    expect(at(0)[0]).toMatchObject({ runs: 4, finishedRuns: 0, steps: 24, trainedSteps: 0, openSeed: 0, spentSteps: 0 });
    expect(at(4)[0]).toMatchObject({ finishedRuns: 1, trainedSteps: 8, openSeed: 0, spentSteps: 8 });
    expect(at(7)[0]).toMatchObject({ finishedRuns: 2, trainedSteps: 14, openSeed: 1 });
    expect(at(12)[0]).toMatchObject({ finishedRuns: 4, trainedSteps: 24, openSeed: Infinity });
  });

  test("only the seeds that are wanted count", () => {
    expect(at(6, 1)[0]).toMatchObject({ runs: 2, finishedRuns: 2, steps: 12, trainedSteps: 12, openSeed: Infinity });
    expect(orderOfNeed(at(6, 1), { experiments: [], seeds: 1 })).toEqual([]);
  });

  test("a diverged run is finished, its steps are not waited for", () => {
    const diverged = { ...results[0]!, divergedAt: 1, provenance: { ...results[0]!.provenance, endCheckpoint: null } };
    const rows = standings([experimentSnapshot(header, [diverged], { version: 1, now: 0, trainingNow: 0 })], all);
    expect(rows[0]).toMatchObject({ finishedRuns: 1, trainedSteps: 6 });
  });

  test("an unknown name is refused with those that there are", () => {
    expect(at(0, Infinity, ["tiny"])).toHaveLength(1);
    expect(() => at(0, Infinity, ["huge"])).toThrow("--experiment: got huge, want one of tiny");
  });
});

describe("time left", () => {
  test("is the measured time per step times the steps left, shared among the volunteers", () => {
    expect(timeLeft([row("a", { trainedSteps: 400, spentMs: 8000, spentSteps: 400 })], 2)).toEqual({ ms: 6000, isLeast: false });
  });

  test("takes what nobody has trained yet to be as fast as the same network, and says when there is none", () => {
    const known = row("a", { trainedSteps: 1000, spentMs: 10_000, spentSteps: 1000 });
    expect(timeLeft([known, row("b")], 1)).toEqual({ ms: 10_000, isLeast: false });
    expect(timeLeft([known, row("b", { family: "deep-linear" })], 1)).toEqual({ ms: 0, isLeast: true });
  });

  test("is told in a line", () => {
    const rows = [row("training-pilot-00000001", { trainedSteps: 250, finishedRuns: 2 }), row("norms-pilot-00000002")];
    expect(progressLine(rows, 12.34, { ms: 5_400_000, isLeast: true })).toBe(
      "12.5% of the steps | runs finished: training 2/10, norms 0/10 | 12.3 steps/s | at least 1 h 30 min left",
    );
    expect(speed({ steps: 10, atMs: 0 }, { steps: 30, atMs: 4000 })).toBe(5);
    expect(speed({ steps: 10, atMs: 0 }, { steps: 10, atMs: 0 })).toBeNull();
  });

  test("is said once a minute, and when a run was finished", () => {
    const said: string[] = [];
    const report = reporter(1, (line) => said.push(line));
    report([row("a")], 0);
    report([row("a", { trainedSteps: 10 })], 20_000);
    report([row("a", { trainedSteps: 20, finishedRuns: 1 })], 40_000);
    report([row("a", { trainedSteps: 20, finishedRuns: 1 })], 101_000);
    expect(said.map((line) => line.slice(0, 4))).toEqual(["0.0%", "2.0%", "2.0%"]);
  });
});

describe("a process that is kept alive", () => {
  test("counts as healthy again after a minute", () => {
    expect([failuresAfter(0, 100), failuresAfter(3, 59_999), failuresAfter(3, 60_000)]).toEqual([1, 4, 0]);
  });

  test("is started again when it ends by itself, and not after it was stopped", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kept-"));
    const script = join(folder, "child.mjs");
    writeFileSync(script, "process.on('message', () => process.exit(3)); setInterval(() => undefined, 1000);");
    const said: string[] = [];
    let starts = 0;
    const kept = new KeptAlive(
      "child",
      () => (starts++, fork(script, { stdio: "ignore" })),
      (text) => said.push(text),
    );
    kept.child!.send("end");
    await expect.poll(() => starts, { timeout: 20_000 }).toBe(2);
    expect(said[0]).toMatch(/^child ended \(code 3\); it is started again in \d s\.$/);
    await kept.stop();
    expect([kept.child, starts]).toEqual([null, 2]);
    rmSync(folder, { recursive: true });
  });
});

test("a port that is taken is refused with what to do; without a wish any free one is taken", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await expect(freePort(port)).rejects.toThrow(`--port: ${port} is taken`);
  expect(await freePort(null)).not.toBe(port);
  server.close();
});

test("arguments are read with their units, wrong ones named", () => {
  expect(readArguments(["--volunteers", "3", "--hours", "0.5", "--experiment", "norms", "--experiment", "noise"])).toMatchObject({
    url: null,
    volunteers: 3,
    threads: 1,
    hours: 0.5,
    wanted: { experiments: ["norms", "noise"], seeds: Infinity },
  });
  expect(readArguments(["--help"])).toBe("help");
  expect(() => readArguments(["--seeds", "1.5"])).toThrow("--seeds: got 1.5, want a whole number from 1");
  expect(() => readArguments(["--hours", "0"])).toThrow("--hours: got 0, want a number above 0");
  expect(() => readArguments(["--url", "nowhere"])).toThrow("--url: got nowhere");
});
