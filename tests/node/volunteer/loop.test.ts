import { beforeAll, describe, expect, test } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import type { Result } from "../../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../../shared/protocol/training-spec.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { RuntimeLost, Unreachable } from "../../../shared/volunteer/outcomes.ts";
import type { Coordinator, Ports, Runtime } from "../../../shared/volunteer/ports.ts";
import type { VolunteerView } from "../../../shared/volunteer/view.ts";
import { fastClock, mapStore, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

/** What does not depend on the clock. */
const measured = ({ trainMs: _train, evaluateMs: _evaluate, ...rest }: Result) => rest;

async function train(coordinator: MemoryCoordinator, changed: Partial<Ports> = {}, shards = 2): Promise<Volunteer> {
  const volunteer = new Volunteer(ports(coordinator, changed), { shards });
  volunteer.start();
  await volunteer.ended;
  return volunteer;
}

const until = (volunteer: Volunteer, holds: (view: VolunteerView) => boolean) =>
  new Promise<void>((resolve) => {
    const stop = volunteer.subscribe((view) => {
      if (!holds(view)) return;
      stop();
      resolve();
    });
  });

const notes = (volunteer: Volunteer) => volunteer.view.notes.map(({ text }) => text).join("\n");

describe("the volunteer's loop, on ONNX Runtime and real images", () => {
  let undisturbed: ReturnType<typeof measured>[];

  beforeAll(async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const volunteer = await train(coordinator);
    expect(volunteer.view.phase).toEqual({ kind: "stopped" });
    undisturbed = coordinator.results.map(measured);
  });

  test("trains a run shard by shard, chained by checkpoints, with the due measurements", () => {
    const [first, second] = undisturbed;
    expect(first?.startCheckpoint).toBeNull();
    expect(second?.startCheckpoint).toBe(first?.endCheckpoint);
    expect(undisturbed.map(({ training }) => training.step)).toEqual([
      [0, 2, 4],
      [6, 8, 10],
    ]);
    expect(undisturbed.map(({ evaluation }) => evaluation.step)).toEqual([[0, 6], [12]]);
    for (const { training } of undisturbed)
      expect(training.loss.every((loss) => loss !== null && loss > 0 && loss < 10)).toBe(true);
  });

  test("cutting a run into shards does not change a bit of it", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 12);
    await train(coordinator, {}, 1);
    const [whole] = coordinator.results;
    expect(whole?.endCheckpoint).toBe(undisturbed[1]?.endCheckpoint);
    expect(whole?.training.loss).toEqual(undisturbed.flatMap(({ training }) => training.loss));
  });

  test("stopped without a network, it goes on from its local checkpoint after a restart, with the same bits", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const putCheckpoint = () => Promise.reject(new Unreachable("Nobody answers."));
    const withoutUploads = { ...unreachableAtFirst(coordinator, 0), putCheckpoint };
    const store = mapStore();
    const first = new Volunteer(ports(withoutUploads, { store }));
    first.start();
    await until(first, ({ shard }) => shard?.step === 3);
    first.stop();
    await first.ended;
    expect(coordinator.returned).toHaveLength(1);
    const second = await train(coordinator, { store });
    expect(coordinator.requests.at(-2)?.prefer).toBe("batchnorm.s7.k0");
    expect(notes(second)).toMatch(/Going on from step [345]/);
    expect(coordinator.results.map(measured)).toEqual(undisturbed);
    expect(second.view.contribution).toMatchObject({ shards: 2, steps: 12 });
  });

  test("the next shard comes along with a hand-in, and is trained like any other; nothing is asked for twice", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    coordinator.brings = true;
    await train(coordinator);
    expect(coordinator.results.map(measured)).toEqual(undisturbed);
    expect(coordinator.requests).toHaveLength(2);
    expect(coordinator.returned).toEqual([]);
  });

  test("a lost network is waited for, in words, and changes nothing", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const failing = unreachableAtFirst(coordinator, 3);
    const phases = new Set<string>();
    const volunteer = new Volunteer(ports(failing), { shards: 2 });
    volunteer.subscribe(({ phase }) => phases.add(phase.kind === "waiting" ? phase.reason : phase.kind));
    volunteer.start();
    await volunteer.ended;
    expect([...phases]).toContain("Nobody answers.");
    expect(coordinator.results.map(measured)).toEqual(undisturbed);
  });

  test("a network that is back ends the wait at once", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const clock = fastClock(1); // Seconds of waiting would be seconds.
    const volunteer = new Volunteer(ports(unreachableAtFirst(coordinator, 6), { clock }), { shards: 1 });
    const started = performance.now();
    volunteer.subscribe(({ phase }) => {
      if (phase.kind === "waiting") queueMicrotask(() => volunteer.hurry());
    });
    volunteer.start();
    await volunteer.ended;
    expect(coordinator.results.map(measured)).toEqual(undisturbed.slice(0, 1));
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("an expired lease is asked for again, and training goes on where it was", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const slow = { ...ports(coordinator).clock, turn: () => new Promise<void>((resolve) => setTimeout(resolve, 30)) };
    const volunteer = new Volunteer(ports(coordinator, { clock: slow }), { shards: 2 });
    volunteer.start();
    await until(volunteer, ({ shard }) => shard?.step === 2);
    coordinator.expire();
    await volunteer.ended;
    expect(coordinator.requests[1]?.prefer).toBe("batchnorm.s7.k0");
    expect(notes(volunteer)).toMatch(/Going on from step [2-6]/);
    expect(coordinator.results.map(measured)).toEqual(undisturbed);
  });

  test("a lease that expires during a test pass is asked for again too", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const slow = { ...ports(coordinator).clock, turn: () => new Promise<void>((resolve) => setTimeout(resolve, 30)) };
    const volunteer = new Volunteer(ports(coordinator, { clock: slow }), { shards: 2 });
    volunteer.start();
    await until(volunteer, ({ phase }) => phase.kind === "evaluating");
    coordinator.expire();
    await volunteer.ended;
    expect(volunteer.view.phase.kind).toBe("stopped");
    expect(coordinator.results.map(measured)).toEqual(undisturbed);
  });

  test("a paused volunteer keeps its lease alive, and after a long pause hands in what it trained and goes on all the same", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const volunteer = new Volunteer(ports(coordinator), { shards: 2 });
    volunteer.start();
    await until(volunteer, ({ shard }) => shard?.step === 2);
    volunteer.pause();
    await until(volunteer, ({ phase }) => phase.kind === "paused");
    await until(volunteer, ({ notes: all }) => all.some(({ text }) => text.includes("The pause was long")));
    expect(coordinator.beats.length).toBeGreaterThan(10);
    expect(coordinator.results).toHaveLength(1);
    expect(coordinator.results[0]?.toStep).toBeLessThan(6);
    expect(volunteer.view.phase.kind).toBe("paused");
    volunteer.resume();
    await volunteer.ended;
    const losses = (results: readonly Pick<Result, "training">[]) => results.flatMap(({ training }) => training.loss);
    expect(losses(coordinator.results)).toEqual(losses(undisturbed));
    expect(coordinator.results.at(-1)?.endCheckpoint).toBe(undisturbed.at(-1)?.endCheckpoint);
  });

  test("a lost device is opened again and training goes on from the local checkpoint", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    let opened = 0;
    const openRuntime = (losses: number) => {
      expect(losses).toBe(opened);
      return Promise.resolve(opened++ === 0 ? failingAfter(4) : nodeRuntime(1));
    };
    const volunteer = await train(coordinator, { openRuntime });
    expect(opened).toBe(2);
    expect(notes(volunteer)).toContain("The device was lost (the GPU went away)");
    expect(coordinator.returned).toHaveLength(1);
    expect(coordinator.results.map(measured)).toEqual(undisturbed);
  });

  test("a diverging run ends at the first step whose loss is not finite, whether or not it was due to be recorded", async () => {
    const wild: TrainingSpec = { ...tinySpec, normalization: "none", learningRate: 1e12, recordEvery: 1 };
    const every = new MemoryCoordinator(wild, 12);
    await train(every, {}, 1);
    const { divergedAt, endCheckpoint, training } = every.results[0]!;
    expect(divergedAt).toBeGreaterThan(0);
    expect(endCheckpoint).toBeNull();
    expect(training.loss.indexOf(null)).toBe(divergedAt);
    expect(training.step.at(-1)).toBe(divergedAt);
    const rarely = new MemoryCoordinator({ ...wild, recordEvery: 12 }, 12);
    await train(rarely, {}, 1);
    expect(rarely.results[0]?.divergedAt).toBe(divergedAt);
    expect(rarely.results[0]?.training.step).toEqual([0]);
  });

  test("another model than the coordinator's is not trained: reload, it says, and the lease goes back", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6, "0".repeat(64));
    const volunteer = await train(coordinator);
    expect(volunteer.view.phase).toMatchObject({ kind: "failed", remedy: expect.stringContaining("Reload") as string });
    expect(coordinator.returned).toHaveLength(1);
  });

  test("says with every request what memory the device can give now", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    coordinator.brings = true;
    const memory = [5e9, 4e9].map((bytes) => ({ bytes, largestBufferBytes: bytes }));
    const left = [...memory];
    await train(coordinator, { openRuntime: () => Promise.resolve({ ...nodeRuntime(1), memory: () => left.shift()! }) });
    expect(coordinator.requests.map((request) => request.memory)).toEqual(memory);
  });

  test("with nothing to do it waits, with the coordinator's reason, and stops when asked", async () => {
    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const volunteer = new Volunteer(ports(coordinator));
    volunteer.start();
    await until(volunteer, ({ phase }) => phase.kind === "waiting");
    expect(volunteer.view.phase).toMatchObject({ reason: "All runs are finished." });
    volunteer.stop();
    await volunteer.ended;
    expect(volunteer.view.phase.kind).toBe("stopped");
  });
});

/** Every kind of call fails so often before it works. */
function unreachableAtFirst(coordinator: MemoryCoordinator, times: number): Coordinator {
  const failed = new Map<string, number>();
  const guard = <A extends unknown[], T>(name: string, call: (...args: A) => Promise<T>) => {
    return (...args: A): Promise<T> => {
      const before = failed.get(name) ?? 0;
      failed.set(name, before + 1);
      return before < times ? Promise.reject(new Unreachable("Nobody answers.")) : call(...args);
    };
  };
  return {
    lease: guard("lease", (request) => coordinator.lease(request)),
    heartbeat: guard("heartbeat", (lease, report) => coordinator.heartbeat(lease, report)),
    commit: guard("commit", (lease, commit) => coordinator.commit(lease, commit)),
    keepPart: guard("keepPart", (lease, result) => coordinator.keepPart(lease, result)),
    handIn: guard("handIn", (lease, result) => coordinator.handIn(lease, result)),
    giveBack: guard("giveBack", (lease) => coordinator.giveBack(lease)),
    putCheckpoint: guard("putCheckpoint", (sha256, lease, bytes) => coordinator.putCheckpoint(sha256, lease, bytes)),
    getCheckpoint: guard("getCheckpoint", (sha256) => coordinator.getCheckpoint(sha256)),
  };
}

/** The real runtime, until its device goes away. */
function failingAfter(steps: number): Runtime {
  const runtime = nodeRuntime(1);
  return {
    ...runtime,
    open: async (program) => {
      const trainer = await runtime.open(program);
      let done = 0;
      return {
        ...trainer,
        step: (batch, rates) =>
          done++ < steps ? trainer.step(batch, rates) : Promise.reject(new RuntimeLost("the GPU went away")),
      };
    },
  };
}
