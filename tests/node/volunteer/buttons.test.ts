import { describe, expect, test } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { workKey } from "../../../shared/protocol/work-key.ts";
import { download } from "../../../shared/volunteer/http.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import type { Coordinator, Ports, Runtime } from "../../../shared/volunteer/ports.ts";
import type { Phase, VolunteerView } from "../../../shared/volunteer/view.ts";
import { fastClock, fewImages, mapStore, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

const never = <T>() => new Promise<T>(() => undefined);

const until = (volunteer: Volunteer, holds: (view: VolunteerView) => boolean) =>
  new Promise<void>((resolve) => {
    const stop = volunteer.subscribe((view) => {
      if (!holds(view)) return;
      stop();
      resolve();
    });
    if (holds(volunteer.view)) resolve();
  });
const reaches = (volunteer: Volunteer, kind: Phase["kind"], what?: string) =>
  until(
    volunteer,
    ({ phase }) => phase.kind === kind && (what === undefined || (phase.kind === "preparing" && phase.what === what)),
  );

/** Presses stop as soon as so many steps are trained. */
const stopAt = (volunteer: Volunteer, step: number) =>
  volunteer.subscribe(({ shard }) => {
    if (shard?.step === step) volunteer.stop();
  });

/** The real runtime, whose compilation never ends. */
const compilingForEver = (): Runtime => ({ ...nodeRuntime(1), open: () => never() });

const all = (coordinator: MemoryCoordinator): Coordinator => ({
  lease: (request) => coordinator.lease(request),
  heartbeat: (lease, report) => coordinator.heartbeat(lease, report),
  commit: (lease, commit) => coordinator.commit(lease, commit),
  keepPart: (lease, result) => coordinator.keepPart(lease, result),
  handIn: (lease, result) => coordinator.handIn(lease, result),
  giveBack: (lease) => coordinator.giveBack(lease),
  putCheckpoint: (sha256, lease, bytes) => coordinator.putCheckpoint(sha256, lease, bytes),
  getCheckpoint: (sha256) => coordinator.getCheckpoint(sha256),
});

/** Everything real but what hangs; the clock runs as clocks do, so that a second is one. */
function hanging(what: string, coordinator: MemoryCoordinator): Partial<Ports> {
  const clock = fastClock(1);
  switch (what) {
    case "runtime":
      return { clock, openRuntime: () => never() };
    case "dataset":
      return { clock, openDataset: () => never() };
    case "checkpoint":
      return { clock, coordinator: { ...all(coordinator), lease: () => never() } };
    case "model":
      return { clock, openRuntime: () => Promise.resolve(compilingForEver()) };
    default:
      return { clock, coordinator: { ...all(coordinator), handIn: () => never(), giveBack: () => never() } };
  }
}

describe("stop takes effect within a second or so", () => {
  test.each(["runtime", "dataset", "checkpoint", "model"])("while %s hangs", async (what) => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const volunteer = new Volunteer(ports(coordinator, hanging(what, coordinator)));
    volunteer.start();
    await reaches(volunteer, "preparing", what);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const pressed = performance.now();
    volunteer.stop();
    await volunteer.ended;
    expect(performance.now() - pressed).toBeLessThan(1_500);
    expect(volunteer.view.phase.kind).toBe("stopped");
    expect(coordinator.returned).toHaveLength(coordinator.leases.length);
  });

  test("while a hand-in hangs and the lease cannot be given back; what was trained stays on this device", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const store = mapStore();
    const volunteer = new Volunteer(ports(coordinator, { store, ...hanging("hand-in", coordinator) }));
    volunteer.start();
    await reaches(volunteer, "handing-in");
    const pressed = performance.now();
    volunteer.stop();
    await volunteer.ended;
    // A second for the answer, and one for giving back what may come with it.
    expect(performance.now() - pressed).toBeLessThan(2_500);
    expect(volunteer.view.phase.kind).toBe("stopped");
    expect(store.map.has("checkpoint")).toBe(true);
  });

  test("in the middle of a test pass", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const volunteer = new Volunteer(ports(coordinator, { clock: fastClock(1) }));
    volunteer.start();
    await reaches(volunteer, "evaluating");
    volunteer.stop();
    await volunteer.ended;
    expect(coordinator.results).toEqual([]);
    expect(coordinator.returned).toHaveLength(1);
  });
});

describe("who leaves loses nothing", () => {
  test("stop hands in what was trained, and another goes on from there with the same bits", async () => {
    const whole = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const alone = new Volunteer(ports(whole), { shards: 1 });
    alone.start();
    await alone.ended;

    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const store = mapStore();
    const first = new Volunteer(ports(coordinator, { store }));
    stopAt(first, 3);
    first.start();
    await first.ended;
    expect(coordinator.results[0]?.toStep).toBe(3);
    expect(first.view.contribution).toMatchObject({ shards: 1, steps: 3 });
    expect(store.map.has("checkpoint")).toBe(false);

    const second = new Volunteer(ports(coordinator), { shards: 1 });
    second.start();
    await second.ended;
    expect(coordinator.leases[1]?.shard).toMatchObject({ index: 1, fromStep: 3 });
    expect(coordinator.results[1]?.endCheckpoint).toBe(whole.results[0]?.endCheckpoint);
    const losses = coordinator.results.flatMap(({ training }) => training.loss);
    expect(losses).toEqual(whole.results[0]?.training.loss);
  });

  test("a first step or two are not worth a hand-in: they stay on this device", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const store = mapStore();
    const volunteer = new Volunteer(ports(coordinator, { store }));
    stopAt(volunteer, 1);
    volunteer.start();
    await volunteer.ended;
    expect([coordinator.results.length, coordinator.returned.length]).toEqual([0, 1]);
    expect(store.map.has("checkpoint")).toBe(true);
  });

  test.each([false, true])(
    "the next request tells how fast the last shard went, also the one with a hand-in: %s",
    async (brings) => {
      const coordinator = new MemoryCoordinator(tinySpec, 6);
      coordinator.brings = brings;
      const volunteer = new Volunteer(ports(coordinator), { shards: 2 });
      volunteer.start();
      await volunteer.ended;
      const [first] = coordinator.results;
      const stepsPerSecond = 6 / ((first!.trainMs + first!.evaluateMs) / 1000);
      expect(coordinator.requests.map(({ speeds }) => speeds)).toEqual([
        undefined,
        [{ work: workKey(tinySpec), stepsPerSecond }],
      ]);
    },
  );
});

describe("pause", () => {
  test("holds a download where it is, and resume goes on with it", async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 50) controller.close();
        else controller.enqueue(new Uint8Array(1000));
      },
    });
    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const volunteer = new Volunteer(
      ports(coordinator, {
        openDataset: async (progress) => {
          const received = (done: number) => {
            if (done === 10_000) volunteer.pause();
            return progress(done, 50_000);
          };
          const bytes = await download(() => Promise.resolve(new Response(body)), "https://study.example/chunk", received);
          expect(bytes).toHaveLength(50_000);
          return fewImages();
        },
      }),
      { shards: 1 },
    );
    volunteer.start();
    await reaches(volunteer, "paused");
    const before = sent;
    expect(before).toBeLessThan(15);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sent).toBe(before);
    volunteer.resume();
    await volunteer.ended;
    expect(coordinator.results).toHaveLength(1);
  });

  test("shows at once while the model is compiled, and keeps the lease until the pause gets long", async () => {
    const coordinator = new MemoryCoordinator(tinySpec, 6);
    const volunteer = new Volunteer(ports(coordinator, { openRuntime: () => Promise.resolve(compilingForEver()) }));
    volunteer.start();
    await reaches(volunteer, "preparing", "model");
    volunteer.pause();
    await reaches(volunteer, "paused");
    expect(coordinator.returned).toEqual([]);
    await until(volunteer, ({ notes }) => notes.some(({ text }) => text.includes("The pause was long")));
    // Two dozen are due in the ten minutes, which last 0.6 s here: a busy machine is late with some.
    expect(coordinator.beats.length).toBeGreaterThan(4);
    expect(coordinator.returned).toHaveLength(1);
    expect(volunteer.view.phase.kind).toBe("paused");
    volunteer.stop();
    await volunteer.ended;
  });

  test("outlives a reload: nothing is fetched or leased until resume, and then training goes on where it was", async () => {
    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const store = mapStore();
    const before = new Volunteer(ports(coordinator, { store }));
    before.start();
    await until(before, ({ shard }) => shard?.step === 3);
    before.pause();
    await reaches(before, "paused");
    // The page goes away: its lease is given back by the page, its Web Worker ends without a word.
    coordinator.expire();
    const pausedAt = before.view.shard!.step;
    const kept = store.map.get("checkpoint")!;

    let opened = 0;
    const openRuntime = () => {
      opened += 1;
      return Promise.resolve(nodeRuntime(1));
    };
    const after = new Volunteer(ports(coordinator, { store, openRuntime }), { shards: 1 });
    after.start("pause");
    await reaches(after, "paused");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([opened, coordinator.requests.length, after.view.phase.kind]).toEqual([0, 1, "paused"]);
    expect(store.map.get("checkpoint")).toEqual(kept);
    after.resume();
    await after.ended;
    expect(coordinator.requests[1]?.prefer).toBe("batchnorm.s7.k0");
    expect(after.view.notes.map(({ text }) => text).join("\n")).toContain(`Going on from step ${pausedAt}`);
    expect(coordinator.results).toHaveLength(1);
    before.stop();
    await before.ended;
  });
});
