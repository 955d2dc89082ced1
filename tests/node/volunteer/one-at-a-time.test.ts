import { describe, expect, it } from "vitest";
import { Intent } from "../../../shared/volunteer/intent.ts";
import { oneAtATime } from "../../../shared/volunteer/one-at-a-time.ts";
import { RuntimeLost } from "../../../shared/volunteer/outcomes.ts";
import { collectGarbage } from "./garbage.ts";

const never = new Promise<string>(() => undefined);
const later = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms));

describe("ONNX Runtime's calls, one at a time", () => {
  it("wait for the one before, in order, also where one fails", async () => {
    const exclusive = oneAtATime(never);
    const log: string[] = [];
    const call = (name: string, fails = false) =>
      exclusive(async () => {
        log.push(`${name} begins`);
        await later();
        log.push(`${name} ends`);
        if (fails) throw new Error(`${name} failed`);
      });
    const results = await Promise.allSettled([call("a"), call("b", true), call("c")]);
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((results[1] as PromiseRejectedResult).reason).toMatchObject({ name: "RuntimeLost", message: "b failed" });
  });

  it("end as lost when the device goes away: the one that runs, those that wait, and all later ones", async () => {
    const device = Promise.withResolvers<string>();
    const exclusive = oneAtATime(device.promise);
    const running = exclusive(() => never);
    const waiting = exclusive(() => Promise.resolve(1));
    device.resolve("unplugged");
    for (const call of [running, waiting, later().then(() => exclusive(() => Promise.resolve(1)))]) {
      await expect(call).rejects.toThrow(new RuntimeLost("unplugged"));
    }
  });

  it("leave nothing behind: no result is kept once its caller has let it go", async () => {
    const exclusive = oneAtATime(never);
    const results: WeakRef<object>[] = [];
    for (let i = 0; i < 20; i++) {
      await exclusive(() => Promise.resolve({ state: new Float32Array(1000) })).then((result) =>
        results.push(new WeakRef(result)),
      );
    }
    await collectGarbage();
    expect(results.filter((result) => result.deref() !== undefined)).toHaveLength(0);
  });
});

describe("what the volunteer wants", () => {
  it("is looked at before every step without growing", async () => {
    const intent = new Intent({ now: () => 0, sleep: () => never.then(() => undefined), turn: () => Promise.resolve() });
    intent.set("run");
    const steps = async (count: number) => {
      for (let i = 0; i < count; i++) await intent.during(Promise.resolve());
      await collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await steps(1_000);
    expect((await steps(20_000)) - before).toBeLessThan(1e6);
  });
});
