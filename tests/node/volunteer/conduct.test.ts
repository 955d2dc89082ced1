import { describe, expect, test } from "vitest";
import { FREELY } from "../../../shared/volunteer/conduct.ts";
import { pauseAfterLook } from "../../../shared/volunteer/example-images.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { Memory } from "../../../shared/volunteer/memory.ts";
import type { VolunteerView } from "../../../shared/volunteer/view.ts";
import { mapStore, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

const until = (volunteer: Volunteer, holds: (view: VolunteerView) => boolean) =>
  new Promise<void>((resolve) => {
    const stop = volunteer.subscribe((view) => {
      if (!holds(view)) return;
      stop();
      resolve();
    });
  });

describe("a rule that holds training up", () => {
  test("rests with its reason, keeps what was trained, and goes on by itself with the same bits", async () => {
    const undisturbed = new MemoryCoordinator(tinySpec, 12);
    const other = new Volunteer(ports(undisturbed), { shards: 1 });
    other.start();
    await other.ended;

    const coordinator = new MemoryCoordinator(tinySpec, 12);
    const store = mapStore();
    const volunteer = new Volunteer(ports(coordinator, { store }), { shards: 1 });
    volunteer.start();
    await until(volunteer, ({ shard }) => shard?.step === 3);
    volunteer.behave({ ...FREELY, hold: "On battery." });
    await until(volunteer, ({ phase }) => phase.kind === "paused");
    expect(volunteer.view.phase).toEqual({ kind: "paused", because: "On battery." });
    expect(store.map.has("checkpoint")).toBe(true);
    volunteer.behave({ ...FREELY, hold: "Out of sight." });
    await until(volunteer, ({ phase }) => phase.kind === "paused" && phase.because === "Out of sight.");
    volunteer.behave(FREELY);
    await volunteer.ended;
    expect(coordinator.results[0]?.endCheckpoint).toBe(undisturbed.results[0]?.endCheckpoint);
  });

  test("does not undo the pause button, and nothing is fetched while it holds from the start", async () => {
    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const volunteer = new Volunteer(ports(coordinator), { shards: 1 });
    volunteer.behave({ ...FREELY, hold: "On battery." });
    volunteer.start();
    await until(volunteer, ({ phase }) => phase.kind === "paused");
    volunteer.pause();
    volunteer.behave(FREELY);
    await until(volunteer, ({ phase }) => phase.kind === "paused" && phase.because === null);
    expect(coordinator.requests).toEqual([]);
    volunteer.resume();
    await volunteer.ended;
    expect(coordinator.results).toHaveLength(1);
  });
});

test('told how to behave before it is started, it says nothing: a page would take the phase "stopped" for its end', () => {
  const volunteer = new Volunteer(ports(new MemoryCoordinator(tinySpec, 6)));
  const seen: string[] = [];
  volunteer.subscribe(({ phase }) => seen.push(phase.kind));
  volunteer.behave({ ...FREELY, duty: 0.5, hold: "On battery.", isWatched: true });
  expect(seen).toEqual([]);
});

test("told that this shard is the last, it hands it in and stops", async () => {
  const coordinator = new MemoryCoordinator(tinySpec, 6);
  const volunteer = new Volunteer(ports(coordinator));
  volunteer.start();
  await until(volunteer, ({ shard }) => shard?.step === 3);
  volunteer.behave({ ...FREELY, isLastShard: true });
  await volunteer.ended;
  expect(volunteer.view.phase).toEqual({ kind: "stopped" });
  expect([coordinator.results.length, coordinator.requests.length]).toEqual([1, 1]);
});

test("at a quarter of the time it asks for shards as for a device of a quarter of the speed", async () => {
  const told = async (duty: number) => {
    const store = mapStore();
    await new Memory(store).addSpeed("cpu", { work: "a".repeat(16), stepsPerSecond: 8 });
    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 6 }, 6);
    const volunteer = new Volunteer(ports(coordinator, { store }), { shards: 1 });
    volunteer.behave({ ...FREELY, duty });
    volunteer.start();
    await volunteer.ended;
    return coordinator.requests[0]?.speeds?.[0]?.stepsPerSecond;
  };
  expect([await told(1), await told(0.25)]).toEqual([8, 2]);
});

describe("example images", () => {
  test("show what the network says of real test images while somebody looks, and change no number", async () => {
    const train = async (isWatched: boolean) => {
      const coordinator = new MemoryCoordinator({ ...tinySpec, evaluateEvery: null }, 12);
      const volunteer = new Volunteer(ports(coordinator), { shards: 1 });
      const seen = new Set<NonNullable<VolunteerView["examples"]>>();
      volunteer.subscribe(({ examples }) => examples && seen.add(examples));
      volunteer.behave({ ...FREELY, isWatched });
      volunteer.start();
      await volunteer.ended;
      return { seen: [...seen], end: coordinator.results[0]?.endCheckpoint };
    };
    const watched = await train(true);
    const unwatched = await train(false);
    expect(unwatched.seen).toEqual([]);
    expect(watched.end).toBe(unwatched.end);
    const [first] = watched.seen;
    expect(first?.images.length).toBeGreaterThan(5);
    expect(new Set(first?.images.map(({ label }) => label)).size).toBe(first?.images.length);
    for (const { pixels, probabilities } of first?.images ?? []) {
      expect(pixels.buffer.byteLength).toBe(3072);
      expect(probabilities).toHaveLength(10);
      expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    }
  });

  test("take no more than a fiftieth of the time, and never more than every five seconds", () => {
    expect(pauseAfterLook(4)).toBe(5_000);
    expect(400 / (400 + pauseAfterLook(400))).toBeLessThan(0.02);
  });
});
