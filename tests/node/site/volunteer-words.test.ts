import { describe, expect, test } from "vitest";
import type { LeasedAudit } from "../../../shared/protocol/lease.ts";
import { AT_REST, type Phase, type VolunteerView } from "../../../shared/volunteer/view.ts";
import { phaseWords, shardFacts } from "../../../site/src/donate/phase-words.ts";
import { axisNumber, curvePath } from "../../../site/src/donate/shard-curve.ts";

const NOW = 1_000_000;

const view = (phase: Phase): VolunteerView => ({
  ...AT_REST,
  phase,
  device: { provider: "wasm", adapter: null, threads: 4, runtime: "onnxruntime-web", platform: "a browser" },
  deviceReason: "This browser has no WebGPU.",
  shard: {
    experiment: "training",
    experimentTitle: "Training",
    variant: "batchnorm-lr0.1",
    variantLabel: "BatchNorm, learning rate 0.1",
    seed: 3,
    serves: [],
    audit: null,
    shard: "batchnorm-lr0.1.s3.k2",
    fromStep: 400,
    toStep: 600,
    steps: 1000,
    batchSize: 128,
    flopsPerStep: 2e9,
    step: 450,
    loss: null,
    accuracy: 0.5,
    stepsPerSecond: 0.5,
    secondsLeft: 300,
    curve: [],
  },
  contribution: { shards: 1, steps: 200, trainMs: 90_000 },
  notes: [],
});

const phases: Record<Phase["kind"], Phase> = {
  stopped: { kind: "stopped" },
  preparing: { kind: "preparing", what: "dataset", done: 46_000_000, total: 184_000_000 },
  training: { kind: "training" },
  evaluating: { kind: "evaluating", done: 2500, total: 10_000 },
  measuring: { kind: "measuring", done: 5, total: 20 },
  "handing-in": { kind: "handing-in" },
  paused: { kind: "paused", because: null },
  elsewhere: { kind: "elsewhere" },
  waiting: { kind: "waiting", reason: "No shard is free.", until: NOW + 12_000 },
  failed: { kind: "failed", message: "The disk is full.", remedy: "Free some space." },
};

describe("what a volunteer reads", () => {
  test.each(Object.entries(phases))("phase %s has a title, words and a way on", (_kind, phase) => {
    const words = phaseWords(view(phase), NOW);
    expect(words.title).not.toBe("");
    expect(words.detail).not.toBe("");
    expect(words.actions.length).toBeGreaterThan(0);
    if (words.progress?.share != null) expect(words.progress.share).toBeCloseTo(0.25);
  });

  test("whatever runs can be stopped, and what does not run can be started", () => {
    for (const phase of Object.values(phases)) {
      const { actions } = phaseWords(view(phase), NOW);
      const rests = phase.kind === "stopped" || phase.kind === "failed";
      expect(actions.includes("start")).toBe(rests);
      expect(actions.includes("stop")).toBe(!rests && phase.kind !== "elsewhere");
    }
  });

  test("a download says how much of how much, and goes without a total too", () => {
    expect(phaseWords(view(phases.preparing), NOW).progress?.words).toBe("46 MB of 184 MB");
    const unknown = phaseWords(view({ kind: "preparing", what: "dataset", done: 3_000_000, total: null }), NOW);
    expect(unknown.progress).toEqual({ share: null, words: "3.0 MB" });
  });

  test("whoever trains can say that this shard is the last, and take it back", () => {
    expect(phaseWords(view(phases.training), NOW).actions).toEqual(["pause", "finish", "stop"]);
    const last = phaseWords({ ...view(phases.training), isLastShard: true }, NOW);
    expect(last.actions).toEqual(["pause", "go-on", "stop"]);
    expect(last.detail).toContain("ends with this shard");
  });

  test("a rule that holds training up is named; so are a lost device and a lost network", () => {
    const held = phaseWords(view({ kind: "paused", because: "This tab is out of sight." }), NOW);
    expect(held).toMatchObject({ title: "Resting", detail: "This tab is out of sight.", actions: ["stop"] });
    const opening: Phase = { kind: "preparing", what: "runtime", done: null, total: null };
    expect(phaseWords({ ...view(opening), losses: 1 }, NOW).title).toBe("The device was lost");
    expect(phaseWords(view(phases.waiting), NOW, false).title).toBe("Offline");
  });

  test("without a network training goes on, and the page says so", () => {
    const words = phaseWords(view(phases.training), NOW, false);
    expect(words).toMatchObject({ title: "Training", tone: "busy" });
    expect(words.detail).toContain("training goes on, and the shard is handed in when it is back");
  });

  test.each([
    [{ kind: "replay", because: "drawn" }, "Checking another volunteer’s steps", "chance drew them"],
    [{ kind: "replay", because: "suspect" }, "Checking another volunteer’s steps", "not the known ones"],
    [{ kind: "divergence", because: "diverged" }, "Checking another volunteer’s steps", "a loss that is no number"],
    [{ kind: "evaluation", because: "drawn" }, "Checking another volunteer’s steps", "is tested again"],
    [{ kind: "opening", because: null }, "Computing first steps in advance", "makes losses up"],
  ] satisfies [LeasedAudit, string, string][])("an audit in hand (%j) says what, why and for whom", (audit, title, why) => {
    const usual = view(phases.training);
    const toStep = audit.kind === "evaluation" ? 400 : 405;
    const checking = { ...usual, shard: { ...usual.shard!, audit, toStep } };
    const words = phaseWords(checking, NOW);
    expect(words.title).toBe(title);
    expect(words.detail).toContain(why);
    expect(words.detail).toContain("serves every claim that stands on this run");
    expect(phaseWords({ ...checking, phase: phases["handing-in"] }, NOW).detail).toContain("moves no curve");
  });

  test("waiting gives the reason and counts down, never below zero", () => {
    expect(phaseWords(view(phases.waiting), NOW).progress?.words).toMatch(/12\ss$/);
    expect(phaseWords(view(phases.waiting), NOW + 60_000).progress?.words).toMatch(/\b0\ss$/);
    expect(phaseWords(view(phases.waiting), NOW).detail).toBe("No shard is free.");
  });

  test("the facts name the shard, and leave unknown numbers open", () => {
    const facts = shardFacts(view(phases.training));
    expect(facts).toMatchObject({ seed: "3", step: "450 of 1,000", loss: "–", accuracy: "50.0%", speed: "0.50 steps/s" });
    expect(facts).toMatchObject({ throughput: "64 examples/s", operations: "1 GFLOP/s" });
    expect(facts.device).toBe("Processor (WebAssembly), 4 threads");
    expect(facts.serves).toBe("");
    const served = view(phases.training);
    const serves = [{ claim: "C1", sentence: "BatchNorm trains", remaining: 9, fewest: 6 }];
    expect(shardFacts({ ...served, shard: { ...served.shard!, serves } }).serves).toBe(
      "C1, “BatchNorm trains”: about 9 more pairs of runs would settle it, 6 at least.",
    );
  });
});

describe("a shard's curve", () => {
  test("runs from the lower left to the upper right corner", () => {
    const path = curvePath([{ x: 400, y: 0 }, { x: 600, y: 1 }], [400, 600], [0, 1]); // prettier-ignore
    expect(path).toBe("M0.0 120.0L320.0 0.0");
  });

  test("breaks where there was no number, and stays in its box", () => {
    const points = [0, 5, null, 1].map((y, x) => ({ x, y }));
    expect(curvePath(points, [0, 3], [0, 1])).toBe("M0.0 120.0L106.7 0.0M320.0 0.0");
    expect(curvePath([], [0, 0], [0, 0])).toBe("");
  });

  test.each([
    [2.5, "2.5"],
    [3, "3.0"],
    [54_633.5, "54.6K"],
    [1_250_000, "1.3M"],
  ])("%d at its axis is %s, which has room there", (loss, words) => expect(axisNumber(loss)).toBe(words));
});
