import { describe, expect, test } from "vitest";
import { FREELY } from "../../../shared/volunteer/conduct.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { Throttle } from "../../../shared/volunteer/throttle.ts";
import { fastClock, mapStore, ports, tinySpec } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

/** A clock that is set by hand; sleepers oversleep. */
function handClock(oversleptMs: number) {
  let now = 0;
  return {
    now: () => now,
    pass: (ms: number) => (now += ms),
    sleep: (ms: number) => Promise.resolve(void (now += ms + oversleptMs)),
    turn: () => Promise.resolve(),
  };
}

describe("the throttle", () => {
  test.each([
    [0.5, 7, 0],
    [0.25, 30, 0],
    [0.1, 1, 4],
    [0.75, 300, 16],
  ])("at a duty of %d, steps of %i ms and timers %i ms late, computing takes that share", async (duty, stepMs, lateMs) => {
    const clock = handClock(lateMs);
    const throttle = new Throttle(clock);
    let worked = 0;
    for (let step = 0; step < 400; step++) {
      clock.pass(stepMs);
      worked += stepMs;
      for (let ms = throttle.owed(duty); ms > 0; ms = throttle.owed(duty)) {
        await clock.sleep(ms);
        throttle.rested();
      }
    }
    expect(worked / clock.now()).toBeCloseTo(duty, 2);
  });

  test.each([
    [0.75, 30],
    [0.25, 3],
    [0.1, 400],
  ])(
    "with several threads, at a duty of %d and steps of %i ms, it rests for a second or longer each time",
    async (duty, stepMs) => {
      const clock = handClock(2);
      const throttle = new Throttle(clock, 2);
      const rests: number[] = [];
      let worked = 0;
      while (clock.now() < 400_000) {
        clock.pass(stepMs);
        worked += stepMs;
        for (let ms = throttle.owed(duty); ms > 0; ms = throttle.owed(duty)) {
          rests.push(ms);
          await clock.sleep(ms);
          throttle.rested();
        }
      }
      expect(worked / clock.now()).toBeCloseTo(duty, 2);
      expect(Math.min(...rests)).toBeGreaterThanOrEqual(1_000);
    },
  );

  test("reckons what is owed by the duty that holds now, also in the middle of a rest", () => {
    const clock = handClock(0);
    const throttle = new Throttle(clock);
    clock.pass(100);
    expect(throttle.owed(0.1)).toBeCloseTo(900);
    clock.pass(450);
    throttle.rested();
    expect(throttle.owed(0.25)).toBeCloseTo(150); // Of the 100 ms, 50 were rested for.
    clock.pass(50);
    throttle.rested();
    expect(throttle.owed(0.5)).toBeCloseTo(100 / 3);
  });

  test("a long pause counts for a second of work, and no more", () => {
    const clock = handClock(0);
    const throttle = new Throttle(clock);
    throttle.owed(0.5);
    clock.pass(60_000);
    throttle.rested();
    clock.pass(1_000);
    expect(throttle.owed(0.5)).toBe(0);
    clock.pass(10);
    expect(throttle.owed(0.5)).toBe(10);
  });

  test("is out of the way at full duty, and forgets what was owed", () => {
    const clock = handClock(0);
    const throttle = new Throttle(clock);
    clock.pass(100);
    expect(throttle.owed(0.5)).toBe(100);
    expect(throttle.owed(1)).toBe(0);
    expect(throttle.owed(0.5)).toBe(0);
  });

  describe("in a rest of many seconds", () => {
    const resting = async () => {
      const coordinator = new MemoryCoordinator({ ...tinySpec, evaluateEvery: null }, 12);
      const volunteer = new Volunteer(ports(coordinator, { clock: fastClock(1) }), { shards: 1 });
      const trained = new Promise<void>((resolve) => {
        volunteer.subscribe(({ shard }) => {
          if (shard?.step !== 3) return;
          volunteer.behave({ ...FREELY, duty: 1e-5 });
          resolve();
        });
      });
      volunteer.start();
      await trained;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(volunteer.view.shard?.step).toBe(3);
      return { volunteer, coordinator };
    };

    test("another duty takes effect at once", async () => {
      const { volunteer, coordinator } = await resting();
      volunteer.behave(FREELY);
      await volunteer.ended;
      expect(coordinator.results).toHaveLength(1);
    });

    test("a pause takes effect at once, and so does a stop", async () => {
      const { volunteer, coordinator } = await resting();
      const paused = new Promise<void>((resolve) =>
        volunteer.subscribe(({ phase }) => void (phase.kind === "paused" && resolve())),
      );
      volunteer.pause();
      await paused;
      volunteer.resume();
      await new Promise((resolve) => setTimeout(resolve, 200));
      volunteer.stop();
      await volunteer.ended;
      expect(volunteer.view.phase).toEqual({ kind: "stopped" });
      expect(coordinator.returned).toHaveLength(1);
    });
  });

  test("waiting for the disk and the coordinator is no work: a slow network takes nothing off the share", async () => {
    const clock = fastClock(100);
    const store = mapStore();
    const coordinator = new MemoryCoordinator({ ...tinySpec, steps: 60, evaluateEvery: null }, 60);
    const slow = <Answer>(answer: Answer) => clock.sleep(12_000).then(() => answer);
    const beat = coordinator.heartbeat.bind(coordinator);
    coordinator.heartbeat = async (...beating) => slow(await beat(...beating));
    const slowly = { ...store, put: async (name: string, bytes: Uint8Array) => slow(await store.put(name, bytes)) };
    const volunteer = new Volunteer(ports(coordinator, { clock, store: slowly }), { shards: 1 });
    volunteer.behave({ ...FREELY, duty: 0.2 });
    const seen: number[] = [];
    volunteer.subscribe(({ phase, shard }) => {
      if (phase.kind === "training" && (shard?.step ?? 0) >= 1) seen.push(clock.now());
    });
    volunteer.start();
    await volunteer.ended;
    const share = coordinator.results[0]!.trainMs / (seen.at(-1)! - seen[0]!);
    expect(share, `share ${share}`).toBeGreaterThan(0.1);
    expect(share, `share ${share}`).toBeLessThan(0.25);
  });

  test("lowers the processor's load of real training, and changes no number", async () => {
    const train = async (duty: number) => {
      const coordinator = new MemoryCoordinator({ ...tinySpec, batchSize: 32, steps: 40, evaluateEvery: 40 }, 40);
      const volunteer = new Volunteer(ports(coordinator, { clock: fastClock(1) }), { shards: 1 });
      volunteer.behave({ ...FREELY, duty });
      const load: { ms: number; processor: NodeJS.CpuUsage }[] = [];
      volunteer.subscribe(({ phase, shard }) => {
        if (phase.kind === "training" && (shard?.step ?? 0) >= 5)
          load.push({ ms: performance.now(), processor: process.cpuUsage() });
      });
      volunteer.start();
      await volunteer.ended;
      const [first, last] = [load[0]!, load.at(-1)!];
      const spent = process.cpuUsage(first.processor);
      const after = process.cpuUsage(last.processor);
      const processorMs = (spent.user + spent.system - after.user - after.system) / 1000;
      return { load: processorMs / (last.ms - first.ms), result: coordinator.results[0]! };
    };
    const free = await train(1);
    const throttled = await train(0.25);
    expect(throttled.load / free.load, `load ${free.load} and ${throttled.load}`).toBeLessThan(0.5);
    expect(throttled.result.endCheckpoint).toBe(free.result.endCheckpoint);
    expect(throttled.result.training).toEqual(free.result.training);
  });
});
