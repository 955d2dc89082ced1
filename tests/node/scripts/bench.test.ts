import { describe, expect, it } from "vitest";
import type { Contestant, Task } from "../../../scripts/bench/contestant.ts";
import { withSection } from "../../../scripts/bench/document.ts";
import { flops } from "../../../scripts/bench/flops.ts";
import { type Entry, planFor, race, type Race } from "../../../scripts/bench/race.ts";
import { processorMs } from "../../../scripts/bench/processor-time.ts";
import { failures, peaksOf, tables } from "../../../scripts/bench/table.ts";

const step: Task = { kind: "step", depth: 11, width: 1 / 8, normalization: "batch" };
const options = { rounds: 3, budgetMs: 1000, patienceMs: 200, expectedMs: () => null, note: () => undefined };

function contestant(name: string, run: () => Promise<number>, closed: string[] = []): Contestant {
  const runner = { run, close: () => Promise.resolve(void closed.push(name)), pids: [process.pid] };
  return { name, machinery: "a test", isOurs: false, batchSize: 128, repeats: 2, open: () => Promise.resolve(runner) };
}

describe("a race", () => {
  it("alternates, warms up, and leaves the first run of each round out", async () => {
    const order: string[] = [];
    const runs = (name: string) => () => Promise.resolve(order.push(name));
    const { entries } = await race([contestant("a", runs("a")), contestant("b", runs("b"))], step, options);
    expect(order.join("")).toBe("aa" + "bb" + "aabb".repeat(3));
    expect(entries.map(({ ms }) => ms)).toEqual([
      [6, 10, 14],
      [8, 12, 16],
    ]);
  });

  it("names who fails, closes it, and goes on with the others", async () => {
    let runs = 0;
    const closed: string[] = [];
    const breaks = contestant("breaks", () => (++runs < 4 ? Promise.resolve(1) : Promise.reject(new Error("it broke"))), closed);
    const hangs = contestant("hangs", () => new Promise(() => undefined), closed);
    const good = contestant("good", () => Promise.resolve(1), closed);
    const result = await race([breaks, hangs, good], step, options);
    expect(result.entries.map(({ failed }) => failed)).toEqual(["it broke", "its first step took longer than 0 s", null]);
    expect(result.entries[2]!.ms).toHaveLength(3);
    expect(closed.toSorted()).toEqual(["breaks", "good", "hangs"]);
    expect(failures([result])[0]).toBe("breaks, VGG-11, width 1/8, BatchNorm: it broke");
  });

  it("leaves out, by name, who would take longer than the budget", async () => {
    const result = await race([contestant("slow", () => Promise.resolve(1))], step, { ...options, expectedMs: () => 60_000 });
    expect(result.entries[0]).toMatchObject({ ms: [], failed: "left out: a step would take about 60 s" });
  });

  it("gives slow contestants fewer rounds; the slowest only the run that told", () => {
    const limits = { rounds: 5, budgetMs: 10_000 };
    expect(planFor(80, 3, limits)).toEqual({ rounds: 5, repeats: 3 });
    expect(planFor(900, 3, limits)).toEqual({ rounds: 5, repeats: 1 });
    expect(planFor(4_000, 1, limits)).toEqual({ rounds: 2, repeats: 1 });
    expect(planFor(9_000, 1, limits)).toEqual({ rounds: 0, repeats: 1 });
  });
});

describe("the table", () => {
  const entry = (name: string, ms: number[], isOurs = false): Entry => {
    const processorMs = ms.map((each) => each / 2);
    return { name, machinery: "native", isOurs, batchSize: 128, ms, processorMs, failed: null };
  };
  const product: Race = { task: { kind: "product", size: 1000 }, entries: [entry("ours", [25, 20])], busy: 0 };
  const raced = (busy: number): Race => ({
    task: step,
    entries: [entry("ours", [80, 100, 120], true), entry("peer", [50])],
    busy,
  });

  it("holds medians, shares of the fastest plain product, and ratios to this trainer", () => {
    const gflop = flops({ kind: "step", depth: 11, width: 1 / 8, normalization: "batch", batchSize: 128 }) / 1e9;
    const share = (ms: number) => Math.round((100 * gflop) / (ms / 1000) / 100);
    expect(peaksOf(product).get("native")!.clock).toBeCloseTo(100);
    const [ours, peer] = tables(peaksOf(product), [raced(0)])
      .split("\n")
      .slice(4);
    expect(ours).toBe(`| ours | 100 | ${share(100)} % |  |`);
    expect(peer).toBe(`| peer | 50.0 | ${share(50)} % | x 0.50 |`);
  });

  it("marks what was measured while others used the machine, and counts processor time there", () => {
    const [ours, peer] = tables(peaksOf(product), [raced(0.05)])
      .split("\n")
      .slice(4);
    const marked = tables(peaksOf(product), [raced(0.4)]);
    expect(ours).not.toContain("\\*");
    // Half the milliseconds against a peak that took half as long: the same shares, the same ratios.
    expect(marked.split("\n")[4]).toBe(ours!.replace("100", "50.0 \\*"));
    expect(marked.split("\n")[5]).toBe(peer!.replace("50.0", "25.0 \\*"));
    expect(marked).toContain("others used 40 % of the processors");
  });

  it("leaves several threads out under load: those that wait spin", () => {
    const threaded = (busy: number): Race => ({
      ...raced(busy),
      entries: raced(busy).entries.map((each) => ({ ...each, machinery: "native, 2 threads" })),
    });
    expect(tables(peaksOf(product), [threaded(0)])).toContain("| peer | 50.0 |");
    expect(tables(peaksOf(product), [threaded(0.4)])).toContain("| peer | - | - | - |");
  });
});

describe("processor time", () => {
  it.runIf(process.platform === "linux")("grows with work and not with waiting", async () => {
    const spent = async (work: () => unknown) => {
      const before = processorMs([process.pid])!;
      await work();
      return processorMs([process.pid])! - before;
    };
    const busy = await spent(() => {
      const { user } = process.cpuUsage();
      while (process.cpuUsage().user - user < 100_000);
    });
    expect(busy).toBeGreaterThan(90);
    expect(await spent(() => new Promise((resolve) => setTimeout(resolve, 200)))).toBeLessThan(50);
  });
});

describe("a section of a document", () => {
  it("is replaced between its marks, added at the end where it is new, and refused where a mark is missing", () => {
    const once = withSection("# Title\n\nWords.\n", "a", "first");
    expect(once).toBe("# Title\n\nWords.\n\n<!-- bench: a -->\n\nfirst\n\n<!-- end of a -->\n");
    const twice = withSection(withSection(once, "b", "other"), "a", "second");
    expect(twice).toBe(withSection(once.replace("first", "second"), "b", "other"));
    expect(() => withSection("<!-- bench: a -->", "a", "x")).toThrow(/got one of its marks/);
  });
});
