import { describe, expect, test } from "vitest";
import { batchnormBearsALargerLearningRate as c2 } from "../../../shared/claims/batchnorm-bears-a-larger-learning-rate.ts";
import { batchnormDoesNotLowerCovariateShift as c9 } from "../../../shared/claims/batchnorm-does-not-lower-covariate-shift.ts";
import { batchnormIsRougherAtStep0 as c14 } from "../../../shared/claims/batchnorm-is-rougher-at-step-0.ts";
import { batchnormTrainsVggInFewerSteps as c1 } from "../../../shared/claims/batchnorm-trains-vgg-in-fewer-steps.ts";
import type { Claim } from "../../../shared/claims/judging/claim.ts";
import { alphaOf, familiesOf, nameOf } from "../../../shared/claims/judging/family.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { l1NormTrainsVggAsWell as c8 } from "../../../shared/claims/l1-norm-trains-vgg-as-well.ts";
import { noiseAlonePreventsTraining as c7 } from "../../../shared/claims/noise-alone-prevents-training.ts";
import { judgedIn, pairsThat, snapshotOf, type Story, type Told } from "./synthetic.ts";

const pilot = { profile: "pilot", rerun: null } as const;
const judged = (claim: Claim, story: Story) => judgedIn(claim, snapshotOf(claim, story), pilot)!;
const headersOf = ({ experiments }: StudySnapshot) => experiments.map(({ experiment }) => experiment);
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const seeds = Array.from({ length: 40 }, (_, i) => i + 1);
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
    const judgement = judged(c1, { pairs: [...wins(14), ...pairsThat(c1, "refutes", 6)], seeds });
    expect([judgement.verdict, judgement.soFar?.n, judgement.decidedAt]).toEqual(["supported", 11, 14]);
    expect([judgement.n, judgement.wins]).toEqual([20, 14]);
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
  const halves = Array.from({ length: 30 }, (_, i): [Told, Told] => (i % 2 ? [1, 2] : [2, 1]));
  expect(judged(c9, { pairs: halves, seeds }).verdict).toBe("supported");
  expect(judged(c14, { pairs: halves, seeds }).verdict).toBe("refuted");
});

test("runs without the measurement have no number, and block nobody", () => {
  const snapshot = snapshotOf(c9, { pairs: pairsThat(c9, "supports", 15) });
  const variants = snapshot.experiments.flatMap(({ metrics }) => metrics.variants);
  for (const { runs } of variants) for (const run of runs) run.measurements = {};
  const judgement = judgedIn(c9, snapshot, pilot)!;
  expect([judgement.verdict, judgement.why, judgement.n]).toEqual(["undecided", "no-number", 0]);
});

test("arms whose plans train different things are no pairs", () => {
  const snapshot = structuredClone(snapshotOf(c8, { pairs: pairsThat(c8, "supports", 15) }));
  snapshot.experiments.find(({ experiment }) => experiment.id.startsWith("norms-"))!.experiment.plan.spec.batchSize = 64;
  expect(judgedIn(c8, snapshot, pilot)).toMatchObject({ verdict: "undecided", why: "unpaired", n: 0 });
});

describe("families", () => {
  test("share the error among the claims, and halve it for every rerun before", () => {
    expect(alphaOf(pilot, 32)).toBeCloseTo(0.05 / 32, 15);
    expect(alphaOf({ profile: "pilot", rerun: { id: "a", parent: "b", ordinal: 3 } }, 32)).toBeCloseTo(0.05 / 256, 15);
  });

  test("a rerun is judged apart, and needs more pairs for the same verdict", () => {
    const snapshot = snapshotOf(c1, { pairs: wins(15), rerun: "-rerun-1" });
    const [family, ...others] = familiesOf(headersOf(snapshot)).filter(({ rerun }) => nameOf(rerun?.id ?? "") === "training");
    expect(others).toEqual([]);
    expect(family?.rerun).toMatchObject({ ordinal: 1, parent: expect.stringMatching(/^training-pilot-[0-9a-f]{8}$/) as unknown });
    expect(judgedIn(c1, snapshot, family!)).toMatchObject({ soFar: { kind: "supported", n: 13 } });
    expect(judgedIn(c1, snapshot, pilot)).toBeNull();
  });

  test("profiles are judged apart", () => {
    const snapshot = snapshotOf(c1, { pairs: wins(15) });
    expect(familiesOf(headersOf(snapshot))).toEqual([pilot]);
    expect(judgedIn(c1, snapshot, { profile: "paper", rerun: null })).toBeNull();
  });
});

describe("trust", () => {
  test("what one volunteer's runs decide is no verdict, and says what is missing", () => {
    const judgement = judged(c1, { pairs: wins(15), volunteer: () => "the fleet" });
    expect([judgement.verdict, judgement.why, judgement.soFar]).toEqual([
      "undecided",
      "more-volunteers",
      { kind: "supported", n: 11 },
    ]);
    expect(judgement.trust.volunteers).toEqual([{ name: "the fleet", pairs: 15, without: null }]);
    expect(judgement.trust.survives).toBe(false);
    expect(judgement.trust.doubts).toEqual(["1 volunteer of the 4 that it takes", "without the fleet it is undecided"]);
    // 15 of 60 pairs would be a quarter, and 15 seeds are listed.
    expect([judgement.fewest, judgement.remaining]).toEqual([45, null]);
  });

  test("a decision becomes a verdict when it survives without any one volunteer, vendor or browser", () => {
    expect(judged(c1, { pairs: wins(13) })).toMatchObject({ verdict: "undecided", why: "more-volunteers", remaining: 1 });
    const { trust, verdict, decidedAt } = judged(c1, { pairs: wins(14) });
    expect([verdict, decidedAt, trust.survives, trust.doubts]).toEqual(["supported", 14, true, []]);
  });

  test("an id is told by its first digits", () => {
    const { trust } = judged(c1, { pairs: wins(15), volunteer: () => "ab".repeat(32) });
    expect(trust.doubts[1]).toBe("without abababab it is undecided");
    expect(trust.volunteers[0]!.name).toBe("ab".repeat(32));
  });

  test("one vendor of all processors is as good as one volunteer", () => {
    const { verdict, trust } = judged(c1, { pairs: wins(15), vendor: () => "acme" });
    expect([verdict, trust.doubts]).toEqual(["undecided", ["without acme (or 1 more) it is undecided"]]);
  });

  test("what comes later takes no verdict back, not even one volunteer's flood", () => {
    const volunteer = (i: number) => (i < 14 ? `volunteer-${i % 7}` : "flood");
    const { verdict, decidedAt, n, trust } = judged(c1, { pairs: wins(40), seeds, volunteer });
    expect([verdict, decidedAt, n]).toEqual(["supported", 14, 40]);
    expect(trust.doubts).toEqual(["flood trained a part of 26 of 40 pairs, where a quarter is allowed"]);
  });

  test("a partisan whose pairs turned the verdict is found", () => {
    const pairs = [...wins(12), ...pairsThat(c1, "refutes", 3)];
    const { trust, verdict } = judged(c1, { pairs, volunteer: (i) => (i < 6 ? "partisan" : `volunteer-${i}`) });
    expect([verdict, trust.survives]).toEqual(["undecided", false]);
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
