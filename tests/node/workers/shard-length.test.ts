import { describe, expect, test } from "vitest";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { vggPlans } from "../../../shared/experiments/vgg-plans.ts";
import { normalizationVariant } from "../../../shared/experiments/variant.ts";
import { gridOf } from "../../../shared/protocol/grid.ts";
import { metricsBytes, PROVENANCE, resultBytes } from "../../../workers/coordinator/plan-bytes.ts";
import { MAX_METRICS_BYTES, MAX_RESULT_BYTES } from "../../../workers/coordinator/plan-limits.ts";
import { partOf } from "../../../workers/coordinator/part.ts";
import { cutsOf, piecesPerRun, untoldSpeed } from "../../../workers/coordinator/shard-length.ts";
import { openShard, plannedRuns, shardsPerRun } from "../../../workers/coordinator/work-generator.ts";
import { tinyPlan } from "../../workerd/tiny.ts";

const { pilot, paper } = vggPlans([normalizationVariant("none", 0.1), normalizationVariant("batch", 0.1)]);
const plans = trainedExperiments.flatMap(({ plans: both }) => [both.pilot, both.paper]);

/** Steps at which a run is cut on devices of these speeds, in turn. */
function cut(plan: typeof pilot, speeds: (number | null)[]): number[] {
  const cuts = cutsOf(plan);
  let run = plannedRuns(plan)[0]!;
  const ends: number[] = [];
  while (run.step < plan.spec.steps) {
    const step = cuts.endOf(run, speeds[ends.length % speeds.length]!);
    expect(step).toBeGreaterThan(run.step);
    run = { ...run, shards: run.shards + 1, step };
    ends.push(step);
  }
  return ends;
}

describe("a shard", () => {
  test("has the plan's own length for a device of which nothing is known", () => {
    expect(cut(pilot, [null])).toEqual([200, 400, 600, 800, 1000]);
    expect(cut(paper, [null])).toHaveLength(60);
  });

  test("takes a device 2 to 5 minutes, wherever the run is long enough and the grid fine enough", () => {
    for (const plan of [pilot, paper]) {
      for (const speed of [0.1, 0.3, 0.5, 1, 2, 3, 5, 20, 50]) {
        const ends = cut(plan, [speed]);
        const seconds = ends.slice(0, -1).map((end, i) => (end - (ends[i - 1] ?? 0)) / speed);
        const coarse = gridOf(plan.spec) / speed > 200;
        if (!coarse && Math.ceil(plan.spec.steps / (180 * speed)) <= piecesPerRun(plan)) {
          for (const s of seconds)
            expect(s, `${plan.profile} at ${speed} steps/s: ${ends.join(" ")}`).toBeGreaterThanOrEqual(115);
          for (const s of seconds) expect(s, `${plan.profile} at ${speed} steps/s: ${ends.join(" ")}`).toBeLessThanOrEqual(300);
        }
      }
    }
    expect(cut(pilot, [2])).toEqual([350, 700, 1000]);
    expect(cut(pilot, [0.3])[0]).toBe(50);
  });

  test("is cut on the grid of what is recorded and measured, so that a mixture of devices stays on it", () => {
    expect([gridOf(pilot.spec), gridOf(paper.spec)]).toEqual([10, 100]);
    for (const plan of plans) {
      for (const end of cut(plan, [1.37, 0.21, 11, 3.3]))
        expect(end % gridOf(plan.spec) === 0 || end === plan.spec.steps).toBe(true);
    }
  });

  test("never passes what a request may bring, and no run falls into more pieces than its metrics have room for", () => {
    for (const plan of plans) {
      const runs = plan.variants.length * plan.seeds.length;
      for (const speed of [1e-3, 0.2, 7, 1e5]) {
        const ends = cut(plan, [speed]);
        for (const [i, end] of ends.entries())
          expect(resultBytes(plan, end - (ends[i - 1] ?? 0))).toBeLessThanOrEqual(MAX_RESULT_BYTES);
        expect(ends.length).toBeLessThanOrEqual(piecesPerRun(plan));
        const extra = (ends.length - shardsPerRun(plan)) * runs * PROVENANCE;
        expect(metricsBytes(plan) + extra).toBeLessThanOrEqual(MAX_METRICS_BYTES);
      }
    }
  });
});

describe("a part of a shard", () => {
  const run = plannedRuns(pilot)[0]!;
  const cuts = cutsOf(pilot);
  const shard = openShard("x", pilot, run)!;
  const part = (toStep: number | undefined, divergedAt: number | null = null, of = run) =>
    partOf(shard, of, { ...(toStep !== undefined && { toStep }), divergedAt }, cuts);

  test("ends where its volunteer left, at any step from the grid on", () => {
    expect(part(undefined)).toEqual({ part: shard, faults: [] });
    expect(part(137)).toEqual({ part: { ...shard, toStep: 137 }, faults: [] });
    expect(part(10).faults).toEqual([]);
  });

  test("is refused when it is too short, too long, or the run in too many pieces, and says what is wanted", () => {
    expect(part(9).faults[0]?.message).toBe("got 9, want 10 to 200: at least 10 steps of the shard, and none beyond it");
    expect(part(201).faults[0]?.message).toContain("none beyond it");
    expect(part(50, 60).faults[0]?.message).toContain("a run that diverged ends there");
    const last = { ...run, shards: piecesPerRun(pilot) - 5 };
    expect(part(150, null, last).faults[0]?.message).toContain("the whole shard");
    expect(part(200, null, last).faults).toEqual([]);
  });

  test("leaves a rest that is leased from there on, to the grid again", () => {
    const rest = openShard("x", pilot, { ...run, shards: 1, step: 137 }, cuts.endOf({ shards: 1, step: 137 }, 1))!;
    expect(rest).toMatchObject({ id: expect.stringMatching(/k1$/) as string, fromStep: 137, toStep: 300 });
  });

  test("of the smallest plan may be a single step", () => {
    const tiny = plannedRuns(tinyPlan)[0]!;
    const small = openShard("tiny", tinyPlan, tiny)!;
    expect(partOf(small, tiny, { toStep: 1, divergedAt: null }, cutsOf(tinyPlan)).faults).toEqual([]);
  });
});

test("a device that reports no speed gets shorter shards where its last result says so, and never longer ones", () => {
  expect([
    untoldSpeed(null, { shardSteps: 200 }),
    untoldSpeed(0.5, { shardSteps: 200 }),
    untoldSpeed(50, { shardSteps: 200 }),
  ]).toEqual([null, 0.5, null]);
});
