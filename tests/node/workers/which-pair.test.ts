import { expect, test } from "vitest";
import { batchnormTrainsTheDeepLinearNetwork as d1 } from "../../../shared/claims/batchnorm-trains-the-deep-linear-network.ts";
import { batchnormTrainsVggInFewerSteps as c1 } from "../../../shared/claims/batchnorm-trains-vgg-in-fewer-steps.ts";
import { claims } from "../../../shared/claims/index.ts";
import { judgeAll } from "../../../shared/claims/judging/report.ts";
import { claimsServed, distanceWords } from "../../../shared/claims/judging/serves.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { nextPairs, runCost } from "../../../workers/coordinator/which-pair.ts";
import { pairsThat, snapshotOf, type Told } from "../claims/synthetic.ts";

/** Deep linear runs take a tenth of the time of VGG's. */
function paced(snapshot: StudySnapshot): StudySnapshot {
  const experiments = snapshot.experiments.map((one) => {
    const isDeepLinear = one.experiment.plan.spec.network.family === "deep-linear";
    const steps = one.experiment.plan.spec.steps;
    const progress = { ...one.metrics.progress, steps, trainMs: isDeepLinear ? 30_000 : 300_000 };
    return { ...one, metrics: { ...one.metrics, progress } };
  });
  return { ...snapshot, experiments };
}

test("the next pairs are different runs, cheap ones first, and every fifth goes round the claims", () => {
  const choices = nextPairs(paced(snapshotOf(d1, { pairs: [] })), 0, 40);
  expect(choices).toHaveLength(40);
  const keys = choices.flatMap(({ runs }) => runs.map(({ experiment, variant, seed }) => `${experiment}/${variant}/${seed}`));
  expect(new Set(keys).size).toBe(keys.length);
  expect(choices[0]!.runs[0]!.experiment).toMatch(/^deep-linear/);
  expect(choices.filter(({ why }) => why === "round-robin")).toHaveLength(8);
});

test("a run costs the steps that it still has, at its experiment's pace", () => {
  const snapshot = paced(snapshotOf(d1, { pairs: [[100, "open"] as [Told, Told]] }));
  const cost = runCost(snapshot.experiments);
  const { arms } = judgeAll([d1], snapshot)[0]!.judgements[0]!.judgement;
  expect(cost({ ...arms[1]!, seed: 1 })).toBeCloseTo(30_000, 6);
  expect(cost({ ...arms[0]!, seed: 1 })).toBeLessThan(30_000);
});

test("a study whose claims are all decided asks for nothing", () => {
  const snapshot = snapshotOf(c1, { pairs: pairsThat(c1, "supports", 15) });
  const finished = {
    ...snapshot,
    experiments: snapshot.experiments.filter(({ experiment }) => experiment.id.startsWith("training-")),
  };
  expect(nextPairs(finished, 0, 5).flatMap(({ claims: served }) => served)).not.toContain("C1");
  expect(nextPairs({ ...snapshot, experiments: [] }, 0, 5)).toEqual([]);
});

test("a shard's run names the undecided claims that wait for it, and how far they are", () => {
  const reports = judgeAll(claims, snapshotOf(c1, { pairs: pairsThat(c1, "supports", 4) }));
  const { arms } = reports[0]!.judgements.find(({ claim }) => claim.id === "C1")!.judgement;
  const served = claimsServed(reports, { ...arms[0]!, seed: 5 });
  expect(served.map(({ claim }) => claim.id)).toEqual(expect.arrayContaining(["C1", "C4", "C5b", "C9", "C15b"]));
  const c1Served = served.find(({ claim }) => claim.id === "C1")!;
  expect(distanceWords(c1Served.judgement)).toMatch(/^about \d+ more pairs of runs would settle it, \d at least$/);
  expect(claimsServed(reports, { ...arms[0]!, seed: 1 }).map(({ claim }) => claim.id)).not.toContain("C1");
});
