import { describe, expect, test } from "vitest";
import { batchnormBearsALargerLearningRate as c2 } from "../../../shared/claims/batchnorm-bears-a-larger-learning-rate.ts";
import { batchnormDoesNotLowerCovariateShift as c9 } from "../../../shared/claims/batchnorm-does-not-lower-covariate-shift.ts";
import { batchnormIsRougherAtStep0 as c14 } from "../../../shared/claims/batchnorm-is-rougher-at-step-0.ts";
import { batchnormTrainsVggInFewerSteps as c1 } from "../../../shared/claims/batchnorm-trains-vgg-in-fewer-steps.ts";
import { claims } from "../../../shared/claims/index.ts";
import type { Claim } from "../../../shared/claims/judging/claim.ts";
import { alphaOf, familiesOf, nameOf } from "../../../shared/claims/judging/family.ts";
import { judge } from "../../../shared/claims/judging/judge.ts";
import { l1NormTrainsVggAsWell as c8 } from "../../../shared/claims/l1-norm-trains-vgg-as-well.ts";
import { noiseAlonePreventsTraining as c7 } from "../../../shared/claims/noise-alone-prevents-training.ts";
import { pairsThat, snapshotOf, type Story, type Told } from "./synthetic.ts";

const pilot = { profile: "pilot", rerun: null } as const;
const judged = (claim: Claim, story: Story) => judge(claim, snapshotOf(claim, story), pilot, claims.length)!;
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const wins = (count: number) => pairsThat(c1, "supports", count);

describe("seed order", () => {
  test("a seed that is not finished holds back those after it, which are shown and not counted", () => {
    const pairs = wins(15);
    pairs[4] = [100, "open"];
    const judgement = judged(c1, { pairs });
    expect(judgement.pairs.map(({ state }) => state)).toEqual([...times(4, "counted"), "open", ...times(10, "ahead")]);
    expect([judgement.n, judgement.verdict, judgement.estimate?.n]).toEqual([4, "undecided", 4]);
    expect(judgement.pairs[5]).toMatchObject({ state: "ahead", won: true });
  });

  test("seeds count in the order in which they were listed, whatever their numbers", () => {
    const { pairs } = judged(c1, { pairs: wins(3), seeds: [9, 2, 5] });
    expect(pairs.map(({ seed }) => seed)).toEqual([9, 2, 5]);
  });

  test("a verdict stands although later pairs speak against it", () => {
    const judgement = judged(c1, { pairs: [...wins(11), ...pairsThat(c1, "refutes", 4)] });
    expect([judgement.verdict, judgement.decidedAt, judgement.n, judgement.wins]).toEqual(["supported", 11, 15, 11]);
  });
});

describe("divergence", () => {
  test("a diverged arm loses; two are a tie, which is reported and not counted", () => {
    const pairs: [Told, Told][] = [
      [100, "diverged"],
      ["diverged", 100],
      ["diverged", "diverged"],
    ];
    const judgement = judged(c1, { pairs });
    expect(judgement.pairs.slice(0, 3).map(({ state, won }) => [state, won])).toEqual([
      ["counted", true],
      ["counted", false],
      ["tie", null],
    ]);
    expect([judgement.n, judgement.wins, judgement.ties]).toEqual([2, 1, 1]);
  });

  test("a run that never reached the level still beats one that diverged, and ties with its like", () => {
    const never = 2000;
    const { pairs } = judged(c1, {
      pairs: [
        [never, "diverged"],
        [never, never],
        [never, 100],
      ],
    });
    expect(pairs.slice(0, 3).map(({ state, won }) => [state, won])).toEqual([
      ["counted", true],
      ["tie", null],
      ["counted", false],
    ]);
  });

  test("has an accuracy of 0 in an interval, and no place in one where nothing is the worst", () => {
    expect(judged(c2, { pairs: [[0.9, "diverged"]] }).pairs[0]).toMatchObject({
      won: true,
      difference: expect.closeTo(0.9, 9) as number,
    });
    expect(judged(c9, { pairs: [[1, "diverged"]] }).pairs[0]).toMatchObject({ state: "counted", won: true, difference: null });
    expect(judged(c8, { pairs: [["diverged", 0.9]] }).pairs[0]).toMatchObject({
      state: "counted",
      difference: expect.closeTo(-0.9, 9) as number,
    });
  });

  test("against a level, a run that diverged has not trained", () => {
    expect(judged(c7, { pairs: times(15, ["diverged", 0] as [Told, Told]) }).verdict).toBe("supported");
  });
});

test("only a sentence that denies is supported by no difference at all", () => {
  const halves = Array.from({ length: 15 }, (_, i): [Told, Told] => (i % 2 ? [1, 2] : [2, 1]));
  expect(judged(c9, { pairs: halves }).verdict).toBe("supported");
  expect(judged(c14, { pairs: halves }).verdict).toBe("refuted");
});

test("runs without the measurement have no number, and block nobody", () => {
  const snapshot = snapshotOf(c9, { pairs: pairsThat(c9, "supports", 15) });
  const variants = snapshot.experiments.flatMap(({ metrics }) => metrics.variants);
  for (const { runs } of variants) for (const run of runs) run.measurements = {};
  const judgement = judge(c9, snapshot, pilot, claims.length)!;
  expect([judgement.verdict, judgement.why, judgement.n]).toEqual(["undecided", "no-number", 0]);
});

test("arms whose plans train different things are no pairs", () => {
  const snapshot = structuredClone(snapshotOf(c8, { pairs: pairsThat(c8, "supports", 15) }));
  snapshot.experiments.find(({ experiment }) => experiment.id.startsWith("norms-"))!.experiment.plan.spec.batchSize = 64;
  expect(judge(c8, snapshot, pilot, claims.length)).toMatchObject({ verdict: "undecided", why: "unpaired", n: 0 });
});

describe("families", () => {
  test("share the error among the claims, and halve it for every rerun before", () => {
    expect(alphaOf(pilot, 32)).toBeCloseTo(0.05 / 32, 15);
    expect(alphaOf({ profile: "pilot", rerun: { id: "a", parent: "b", ordinal: 3 } }, 32)).toBeCloseTo(0.05 / 256, 15);
  });

  test("a rerun is judged apart, and needs more pairs for the same verdict", () => {
    const snapshot = snapshotOf(c1, { pairs: wins(15), rerun: "-rerun-1" });
    const [family, ...others] = familiesOf(snapshot).filter(({ rerun }) => nameOf(rerun?.id ?? "") === "training");
    expect(others).toEqual([]);
    expect(family?.rerun).toMatchObject({ ordinal: 1, parent: expect.stringMatching(/^training-pilot-[0-9a-f]{8}$/) as unknown });
    expect(judge(c1, snapshot, family!, claims.length)).toMatchObject({ verdict: "supported", decidedAt: 13 });
    expect(judge(c1, snapshot, pilot, claims.length)).toBeNull();
  });

  test("profiles are judged apart", () => {
    const snapshot = snapshotOf(c1, { pairs: wins(15) });
    expect(familiesOf(snapshot)).toEqual([pilot]);
    expect(judge(c1, snapshot, { profile: "paper", rerun: null }, claims.length)).toBeNull();
  });
});

describe("trust", () => {
  test("a verdict of one volunteer's runs does not survive without them, and says so", () => {
    const { trust } = judged(c1, { pairs: wins(15), volunteer: () => "the fleet" });
    expect(trust.volunteers).toEqual([{ name: "the fleet", pairs: 15, without: null }]);
    expect(trust.survives).toBe(false);
    expect(trust.doubts).toEqual(["trained by 1 volunteer, want 4", "without the fleet (or 1 more) it is undecided"]);
  });

  test("a verdict with pairs to spare survives without any one of many", () => {
    const { trust, verdict } = judged(c1, { pairs: wins(15), volunteer: (i) => `volunteer-${i % 5}` });
    expect([verdict, trust.survives, trust.doubts]).toEqual(["supported", true, []]);
  });

  test("a partisan whose pairs turned the verdict is found", () => {
    const pairs = [...wins(12), ...pairsThat(c1, "refutes", 3)];
    const { trust } = judged(c1, { pairs, volunteer: (i) => (i < 6 ? "partisan" : `volunteer-${i}`) });
    expect(trust.survives).toBe(false);
    expect(trust.volunteers.find(({ name }) => name === "partisan")).toMatchObject({ pairs: 6, without: null });
  });

  test("nothing is doubted where nothing is decided", () => {
    expect(judged(c1, { pairs: wins(2) }).trust).toMatchObject({ survives: null, doubts: [] });
  });
});

test("a judgement names what it follows from", () => {
  const { from, claimSha256 } = judged(c8, { pairs: pairsThat(c8, "supports", 3) });
  expect(from.experiments.map(({ id }) => nameOf(id)).sort()).toEqual(["norms", "training"]);
  expect(from.experiments[0]?.metricsSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(from.models.length).toBeGreaterThan(0);
  expect(claimSha256).toMatch(/^[0-9a-f]{64}$/);
});
