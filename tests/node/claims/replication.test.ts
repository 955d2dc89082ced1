import { expect, test } from "vitest";
import type { Readings, RunReading } from "../../../shared/claims/judging/readings.ts";
import { replicable, replication } from "../../../shared/claims/judging/replication.ts";
import { isReplicated, REPLICATED, replicaHeader } from "../../../shared/experiments/replica.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import { Replication } from "../../../shared/protocol/replication.ts";

const header = trainedExperiments
  .map((experiment) => experimentHeader(experiment, "pilot"))
  .find((one) => replicaHeader(one)?.plan.seeds.length === 1)!;
const replica = replicaHeader(header)!;
const seed = replica.plan.seeds[0]!;

/** Runs of some seeds, ending at `end` and having been one higher before; null: diverged. */
function readings(
  of: typeof header,
  end: (seed: number, variant: string) => number | null,
  change: Partial<RunReading> = {},
): Readings {
  const runs = of.plan.variants.flatMap(({ id }) =>
    of.plan.seeds.map((one): RunReading => {
      const value = end(one, id);
      return {
        ...{ variant: id, seed: one, trainedSteps: 10, isOver: true, sides: {}, volunteers: ["ada"], vendors: ["apple"] },
        ...{ browsers: [], models: [], curve: value === null ? null : { step: [5, 10], value: [value + 1, value] }, ...change },
      };
    }),
  );
  return { header: of, metricsSha256: "", shards: 0, steps: 0, trainMs: 0, runs };
}
const byOther = { vendors: ["nvidia"], volunteers: ["bob"] };
const first = readings(header, (one) => one / 10);
const compared = (end: Parameters<typeof readings>[1], own = first) => replication([own], [readings(replica, end, byOther)]);

test("one pair in twenty is drawn, by names alone, and the plans do not know of it", () => {
  const drawn = Array.from({ length: 20_000 }, (_, i) => isReplicated("training-pilot-1a2b3c4d", i)).filter(Boolean);
  expect(drawn.length / 20_000).toBeCloseTo(REPLICATED, 2);
  expect(replica).toMatchObject({ parent: header.id, plan: { ...header.plan, about: replica.plan.about, seeds: [seed] } });
  expect(replicaHeader(replica)).toBeNull();
});

test("a replica agrees while it is no further from the first run than another seed's would be", () => {
  expect(Replication.parse(compared((one) => one / 10 + 0.05))).toMatchObject({ drawn: 1, replicated: 1, agree: 1, differ: 0 });
  expect(compared((one) => one / 10 + 20)).toMatchObject({ agree: 0, differ: 1 });
  // One arm is enough to differ.
  const one = header.plan.variants[0]!.id;
  expect(compared((of, variant) => of / 10 + (variant === one ? 20 : 0))).toMatchObject({ agree: 0, differ: 1 });
});

test("a run that diverged on one vendor's devices only is a difference, unless seeds part in that as well", () => {
  expect(compared(() => null)).toMatchObject({ agree: 0, differ: 1 });
  expect(
    compared(
      () => null,
      readings(header, () => null),
    ),
  ).toMatchObject({ agree: 1, differ: 0 });
  const mixed = readings(header, (one) => (one % 2 === seed % 2 ? one / 10 : null));
  expect(compared(() => null, mixed)).toMatchObject({ replicated: 1, agree: 0, differ: 0 });
});

test("with too few seeds to tell how far they part nothing is said", () => {
  const few = { ...first, runs: first.runs.map((run) => ({ ...run, isOver: run.seed === seed })) };
  const { pairs, agree, differ } = compared((one) => one / 10, few);
  expect([agree, differ, pairs[0]!.agrees, pairs[0]!.state]).toEqual([0, 0, null, "replicated"]);
  // Nor by one of the vendors that trained the first one.
  expect(
    compared(
      (one) => one / 10 + 20,
      readings(header, (one) => one / 10, byOther),
    ),
  ).toMatchObject({ agree: 0, differ: 0 });
});

test("it waits until the first runs are over, and then for a device whose vendor is known and another", () => {
  const open = readings(header, (one) => one, { isOver: false });
  expect(replicable([open], [])).toEqual([]);
  expect(replication([open], []).pairs.map(({ state }) => state)).toEqual(["first runs not finished"]);
  expect(replicable([first], []).map((run) => [run.experiment, run.seed])).toEqual(
    header.plan.variants.map(() => [replica.id, seed]),
  );
  expect(replication([first], []).pairs.map(({ state }) => state)).toEqual(["waits for another vendor"]);
  expect(replicable([first], [readings(replica, (one) => one, byOther)])).toEqual([]);
  expect(replicable([readings(header, (one) => one, { vendors: ["unknown (webgpu)"] })], [])).toEqual([]);
});
