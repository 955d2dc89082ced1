import { describe, expect, test } from "vitest";
import type { Variant } from "../../../shared/protocol/experiment.ts";
import type { Provider } from "../../../shared/protocol/lease.ts";
import { leaseOrder, type Turn } from "../../../workers/coordinator/experiment-order.ts";
import { float64Experiments } from "../../../workers/coordinator/float64.ts";
import { idleReply } from "../../../workers/coordinator/idle.ts";
import { LEASE_MS, type LeaseRecord, leaseState } from "../../../workers/coordinator/lease-record.ts";
import { LEASES_PER_VOLUNTEER, STALLED_MS, chooseShard } from "../../../workers/coordinator/scheduler.ts";
import { nextAlarm } from "../../../workers/coordinator/snapshot.ts";
import { type Run, openShard, plannedRuns, trainedSteps } from "../../../workers/coordinator/work-generator.ts";
import { device, tinyDeepLinear, tinyHeader, tinyPlan } from "../../workerd/tiny.ts";

const leaseOf = (shard: string, volunteer: string, leasedAt = 0): LeaseRecord => ({
  ...{
    id: `tiny.${shard}.${volunteer}`,
    shard,
    variant: "",
    seed: 0,
    index: 0,
    fromStep: 0,
    toStep: 2,
    volunteer,
    network: null,
    isCalibrated: true,
    device,
  },
  ...{ leasedAt, deadline: leasedAt + LEASE_MS, returnedAt: null, resultSha256: null, uploads: 0 },
});

/** Shards in the order in which they are given, when each is handed in at once. */
function drain(runs: Run[]): string[] {
  const order: string[] = [];
  for (;;) {
    const choice = chooseShard("tiny", tinyPlan, runs, [], { volunteer: "v", provider: "cpu" }, 0);
    if (choice.kind === "idle") return order;
    order.push(choice.shard.id.replace("tiny.", ""));
    const { variant, seed, index, toStep } = choice.shard;
    runs = runs.map((run) =>
      run.variant === variant.id && run.seed === seed ? { ...run, shards: index + 1, step: toStep, checkpoint: "c" } : run,
    );
  }
}

test("seeds come in order, each with all its variants side by side", () => {
  expect(drain(plannedRuns(tinyPlan))).toEqual(
    ["s1.k0", "s1.k1", "s1.k2", "s2.k0", "s2.k1", "s2.k2"].flatMap((tail) => [
      `standard-lr0.1.${tail}`,
      `batchnorm-lr0.1.${tail}`,
    ]),
  );
});

test("the last shard is as short as what is left", () => {
  const plan = { ...tinyPlan, shardSteps: 4 };
  const run: Run = { variant: "standard-lr0.1", seed: 1, shards: 1, step: 4, checkpoint: "c", divergedAt: null };
  expect(openShard("tiny", plan, run)).toMatchObject({ fromStep: 4, toStep: 6, index: 1, of: 2, startCheckpoint: "c" });
  expect(openShard("tiny", plan, { ...run, shards: 2, step: 6 })).toBeNull();
  expect(trainedSteps({ ...run, shards: 2, step: 6 })).toBe(6);
});

test("a diverged run has no more shards, and its trained steps end where it diverged", () => {
  const run: Run = { variant: "standard-lr0.1", seed: 1, shards: 1, step: 2, checkpoint: null, divergedAt: 1 };
  expect(openShard("tiny", tinyPlan, run)).toBeNull();
  expect(trainedSteps(run)).toBe(1);
});

test("a blocked head seed is leased again only when nothing is free, its holder stalled, and only once", () => {
  const runs = plannedRuns(tinyPlan);
  const ids = runs.map((run) => openShard("tiny", tinyPlan, run)!.id);
  const held = ids.map((id, i) => leaseOf(id, `v${i}`));
  const choose = (live: LeaseRecord[], volunteer: string, now: number) =>
    chooseShard("tiny", tinyPlan, runs, live, { volunteer, provider: "cpu" }, now);
  expect(choose(held, "new", STALLED_MS - 1)).toEqual({ kind: "idle", why: "all-leased" });
  expect(choose(held, "new", STALLED_MS)).toMatchObject({ shard: { id: ids[0] }, supersedes: null });
  expect(choose(held, "v0", STALLED_MS)).toMatchObject({ shard: { id: ids[1] } });
  expect(choose([...held, leaseOf(ids[0]!, "new")], "third", STALLED_MS)).toMatchObject({ shard: { id: ids[1] } });
  expect(choose(held.slice(1), "new", STALLED_MS)).toMatchObject({ shard: { id: ids[0] } });
});

test("one volunteer holds a bounded number of shards, but may always have its own again", () => {
  const plan = { ...tinyPlan, seeds: [1, 2, 3, 4, 5, 6] };
  const runs = plannedRuns(plan);
  const ids = runs.map((run) => openShard("tiny", plan, run)!.id);
  const held = ids.slice(0, LEASES_PER_VOLUNTEER).map((id) => leaseOf(id, "greedy"));
  const ask = { volunteer: "greedy", provider: "cpu" as const };
  expect(chooseShard("tiny", plan, runs, held, ask, 0)).toEqual({ kind: "idle", why: "many-leases" });
  expect(chooseShard("tiny", plan, runs, held, { ...ask, prefer: ids[2], replaces: held[2]?.id }, 0)).toMatchObject({
    shard: { id: ids[2] },
    supersedes: held[2]?.id,
  });
});

test("a lease's state follows from its record and the time", () => {
  const lease = leaseOf("s", "v");
  expect(leaseState(lease, LEASE_MS - 1)).toBe("live");
  expect(leaseState(lease, LEASE_MS)).toBe("expired");
  expect(leaseState({ ...lease, returnedAt: 5 }, 6)).toBe("returned");
  expect(leaseState({ ...lease, returnedAt: 5, resultSha256: "x" }, LEASE_MS)).toBe("resolved");
});

const names = (turns: readonly Turn[]) => turns.map(({ experiment }) => experiment);

test("experiments: half of the time the study is asked first, half of the time a rerun, and everyone gets asked", () => {
  const own = ["a", "b"];
  const reruns = ["r1", "r2", "r3"];
  const first = new Map<string, number>();
  for (let i = 0; i < 60; i++) {
    for (let j = 0; j < 60; j++) {
      const order = names(leaseOrder({ own, reruns, float64: new Set("a") }, null, "cpu", [(i + 0.5) / 60, (j + 0.5) / 60, 0]));
      expect([...order].sort()).toEqual([...own, ...reruns]);
      first.set(order[0]!, (first.get(order[0]!) ?? 0) + 1 / 3600);
    }
  }
  for (const id of own) expect(first.get(id)).toBeCloseTo(1 / 4, 6);
  for (const id of reruns) expect(first.get(id)).toBeCloseTo(1 / 6, 6);
  expect(names(leaseOrder({ own, reruns: [], float64: new Set() }, null, "cpu", [0.9, 0, 0]))).toEqual(own);
});

test("browsers without a GPU are offered float64 first, those with one last, within what was drawn", () => {
  const offer = { own: ["a", "b64", "c", "d64"], reruns: ["r", "r64"], float64: new Set(["b64", "d64", "r64"]) };
  expect(names(leaseOrder(offer, null, "wasm", [0, 0.5, 0]))).toEqual(["d64", "b64", "c", "a", "r64", "r"]);
  expect(names(leaseOrder(offer, null, "wasm", [0.5, 0, 0]))).toEqual(["r64", "r", "b64", "d64", "a", "c"]);
  expect(names(leaseOrder(offer, null, "webgpu", [0, 0.5, 0]))).toEqual(["c", "a", "d64", "b64", "r", "r64"]);
  expect(names(leaseOrder(offer, null, "cpu", [0, 0.5, 0]))).toEqual(["c", "d64", "a", "b64", "r64", "r"]);
});

describe("a hint", () => {
  const pair = (experiment: string, seed: number, why: "evidence" | "round-robin" = "evidence") => ({
    runs: [{ experiment, variant: "x", seed }],
    why,
  });
  const pairs = [pair("a", 1), pair("a", 2), pair("b64", 1), pair("c", 7, "round-robin"), pair("a", 3)];
  const hint = { studySha256: "", pairs, waiting: [] };
  const offer = { own: ["a", "b64", "c"], reruns: ["r"], float64: new Set(["b64"]) };
  const asked = (provider: Provider, robin: number, kind = 0) =>
    leaseOrder(offer, hint, provider, [kind, 0, robin]).map(
      ({ experiment, runs }) => `${experiment}${runs?.map(({ seed }) => seed).join("+") ?? ""}`,
    );

  test("puts the runs first that claims wait for most, neighbours of one experiment in one question, and then the plans' order", () => {
    expect(asked("cpu", 0.5)).toEqual(["a1+2", "b641", "a3", "c7", "a", "b64", "c", "r"]);
  });

  test("gives one lease in five to the claims in turn, and half of them to reruns first", () => {
    expect(asked("cpu", 0.19)[0]).toBe("c7");
    expect(asked("cpu", 0.2)[0]).toBe("a1+2");
    expect(asked("cpu", 0.5, 0.6)[0]).toBe("r");
  });

  test("sends no GPU to float64, and others without one there first", () => {
    expect(asked("webgpu", 0.5)).toEqual(["a1+2+3", "c7", "a", "c", "b64", "r"]);
    expect(asked("wasm", 0.5).slice(0, 2)).toEqual(["b641", "a1+2+3"]);
  });

  test("asks a few questions at most, and never of an experiment that the study has not", () => {
    const many = Array.from({ length: 40 }, (_, i) => pair(i % 2 ? "a" : "gone", i)).concat(pair("c", 1));
    const turns = leaseOrder(offer, { ...hint, pairs: [...many, ...many] }, "cpu", [0, 0, 0.5]);
    expect(turns.filter(({ runs }) => runs !== null).length).toBeLessThanOrEqual(6);
    expect(names(turns)).not.toContain("gone");
  });

  test("is followed by an experiment as far as it goes: the first of its runs that is free, or none", () => {
    const runs = plannedRuns(tinyPlan);
    const choose = (wanted: { variant: string; seed: number }[], live: LeaseRecord[] = []) =>
      chooseShard("tiny", tinyPlan, runs, live, { volunteer: "v", provider: "cpu", wanted }, STALLED_MS);
    const wanted = [
      { variant: "batchnorm-lr0.1", seed: 2 },
      { variant: "standard-lr0.1", seed: 2 },
      { variant: "gone", seed: 1 },
    ];
    expect(choose(wanted)).toMatchObject({ shard: { id: "tiny.batchnorm-lr0.1.s2.k0" } });
    const held = leaseOf("tiny.batchnorm-lr0.1.s2.k0", "other");
    expect(choose(wanted, [held])).toMatchObject({ shard: { id: "tiny.standard-lr0.1.s2.k0" } });
    expect(choose(wanted.slice(0, 1), [held])).toEqual({ kind: "idle", why: "all-leased" });
    expect(choose([])).toEqual({ kind: "idle", why: "all-leased" });
  });
});

test("which experiments need float64: deep linear ones and their reruns", () => {
  const own = [tinyHeader("vgg"), { ...tinyHeader("linear"), plan: tinyDeepLinear }];
  const ids = ["vgg", "linear", "vgg-rerun-1", "linear-rerun-2", "linear-rerun-2-rerun-1", "linear-norms"];
  expect([...float64Experiments(ids, own)]).toEqual(["linear", "linear-rerun-2", "linear-rerun-2-rerun-1"]);
});

test("a GPU gets no shard of a network in float64, and is told so while there is one", () => {
  const runs = plannedRuns(tinyDeepLinear);
  const choose = (provider: Provider, of = runs) => chooseShard("tiny", tinyDeepLinear, of, [], { volunteer: "v", provider }, 0);
  expect(choose("webgpu")).toEqual({ kind: "idle", why: "needs-float64" });
  for (const provider of ["wasm", "cpu"] as const) expect(choose(provider)).toMatchObject({ kind: "shard" });
  const over = runs.map((run) => ({ ...run, shards: 3, step: 6 }));
  expect(choose("webgpu", over)).toEqual({ kind: "idle", why: "finished" });
  const vgg = chooseShard("tiny", tinyPlan, plannedRuns(tinyPlan), [], { volunteer: "v", provider: "webgpu" }, 0);
  expect(vgg).toMatchObject({ kind: "shard" });
});

test("a device gets only what its memory holds; one that holds nothing of it is told what it would need", () => {
  const runs = plannedRuns(tinyPlan);
  const needs = { none: { bytes: 2e9, largestBufferBytes: 1e8 }, batch: { bytes: 3e9, largestBufferBytes: 2e8 } };
  const need = ({ normalization }: Variant) => needs[normalization as keyof typeof needs];
  const choose = (bytes: number, largestBufferBytes: number, of = runs) =>
    chooseShard(
      "tiny",
      tinyPlan,
      of,
      [],
      { volunteer: "v", provider: "cpu", memory: { has: { bytes, largestBufferBytes }, need } },
      0,
    );
  const next = (of: Run[]) =>
    of.map((run) => (run.variant === "standard-lr0.1" ? { ...run, shards: 1, step: 2, checkpoint: "c" } : run));

  expect(choose(4e9, 4e9)).toMatchObject({ shard: { id: "tiny.standard-lr0.1.s1.k0" } });
  expect(choose(4e9, 4e9, next(runs))).toMatchObject({ shard: { id: "tiny.batchnorm-lr0.1.s1.k0" } });
  // BatchNorm's shards do not fit this one: it goes on with the standard network, though that is ahead.
  for (const small of [choose(2e9, 4e9, next(runs)), choose(4e9, 1e8, next(runs))])
    expect(small).toMatchObject({ shard: { id: "tiny.standard-lr0.1.s1.k1" } });
  expect(choose(1e9, 128e6)).toEqual({
    kind: "idle",
    why: "too-large",
    reason:
      "What is open here needs about 2.0 GB of memory (this device can give 1.0 GB) and 100 MB in one piece (this device: 128 MB). A device with more memory can train it.",
  });
  expect(
    choose(
      1e9,
      128e6,
      runs.map((run) => ({ ...run, shards: 3, step: 6 })),
    ),
  ).toEqual({ kind: "idle", why: "finished" });
});

test("idle volunteers come back spread over time", () => {
  const wait = (draw: number) => {
    const reply = idleReply("all-leased", draw);
    return reply.kind === "idle" ? reply.retryAfterSeconds : 0;
  };
  expect([wait(0), wait(0.5), wait(0.999)]).toEqual([30, 45, 60]);
});

test("the alarm: at once after quiet, else an interval after the last publication, and not before its turn to write; else when a lease may run out; else never", () => {
  const state = { dirty: true, begunAt: 1000, nextDeadline: 5000, turnAt: 0 };
  expect(nextAlarm(state, 10_000, 2000)).toBe(11_000);
  expect(nextAlarm(state, 10_000, 60_000)).toBe(60_000);
  expect(nextAlarm({ ...state, turnAt: 70_000 }, 10_000, 60_000)).toBe(70_000);
  expect(nextAlarm({ ...state, dirty: false }, 10_000, 2000)).toBe(5000);
  expect(nextAlarm({ ...state, dirty: false, nextDeadline: null }, 10_000, 2000)).toBeNull();
});
