import { expect, test } from "vitest";
import { batchnormTrainsTheDeepLinearNetwork as d1 } from "../../../shared/claims/batchnorm-trains-the-deep-linear-network.ts";
import { batchnormTrainsVggInFewerSteps as c1 } from "../../../shared/claims/batchnorm-trains-vgg-in-fewer-steps.ts";
import { claims } from "../../../shared/claims/index.ts";
import { judgeAll, judgeReadings } from "../../../shared/claims/judging/report.ts";
import { claimsServed, distanceWords, servesWords, waitingClaims } from "../../../shared/claims/judging/serves.ts";
import type { NeededRun } from "../../../shared/claims/judging/which-pair.ts";
import { LeaseHint } from "../../../shared/protocol/lease-hint.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { Verdicts } from "../../../shared/protocol/verdicts.ts";
import { judgeStudy } from "../../../workers/coordinator/judge-study.ts";
import { keyOf, nextPairs, runCost } from "../../../workers/coordinator/which-pair.ts";
import { pairsThat, readingsOf, snapshotOf, type Told } from "../claims/synthetic.ts";

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

const hinted = (snapshot: StudySnapshot, count: number) => {
  const readings = readingsOf(snapshot);
  return nextPairs(judgeReadings(claims, readings), readings, 0, count);
};

test("the next pairs are different runs, cheap ones first, and every fifth goes round the claims", () => {
  const choices = hinted(paced(snapshotOf(d1, { pairs: [] })), 40);
  expect(choices).toHaveLength(40);
  const keys = choices.flatMap(({ runs }) => runs.map(keyOf));
  expect(new Set(keys).size).toBe(keys.length);
  expect(choices[0]!.runs[0]!.experiment).toMatch(/^deep-linear/);
  expect(choices.filter(({ why }) => why === "round-robin")).toHaveLength(8);
});

test("a run that somebody trains is not hinted at; of what the others come to nothing is known", () => {
  const readings = readingsOf(paced(snapshotOf(d1, { pairs: [] })));
  const judge = (leased: readonly NeededRun[]) =>
    judgeStudy(claims, { own: readings, replicas: [] }, leased, 3, "2026-11-22T10:00:00Z", "ab".repeat(32));
  const { hint, verdicts } = judge([]);
  expect(LeaseHint.parse(hint)).toEqual(hint);
  expect(Verdicts.parse(verdicts)).toEqual(verdicts);
  const [first] = hint.pairs.flatMap(({ runs }) => runs);
  const keys = judge([first!]).hint.pairs.flatMap(({ runs }) => runs.map(keyOf));
  expect(keys).not.toContain(keyOf(first!));
  expect(JSON.stringify(hint).length).toBeLessThan(40_000);
});

test("a run costs the steps that it still has, at its experiment's pace", () => {
  const snapshot = paced(snapshotOf(d1, { pairs: [[100, "open"] as [Told, Told]] }));
  const cost = runCost(readingsOf(snapshot));
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
  expect(hinted(finished, 5).flatMap(({ claims: served }) => served)).not.toContain("C1");
  expect(hinted({ ...snapshot, experiments: [] }, 5)).toEqual([]);
});

test("a shard's run names the undecided claims that wait for it, and how far they are", () => {
  const judged = judgeAll(claims, snapshotOf(c1, { pairs: pairsThat(c1, "supports", 4) }))[0]!.judgements;
  const waiting = waitingClaims(judged);
  const { arms } = judged.find(({ claim }) => claim.id === "C1")!.judgement;
  const served = claimsServed(waiting, { ...arms[0]!, seed: 5 });
  expect(served.map(({ claim }) => claim)).toEqual(expect.arrayContaining(["C1", "C4", "C5b"]));
  const c1Served = served.find(({ claim }) => claim === "C1")!;
  expect(distanceWords(c1Served)).toMatch(/^about \d+ more pairs of runs would settle it, \d at least$/);
  expect(servesWords([c1Served, ...served])).toMatch(
    /^C1, “BatchNorm trains VGG in fewer steps”: about .* claims wait for the same run\.$/,
  );
  expect(claimsServed(waiting, { ...arms[0]!, seed: 1 }).map(({ claim }) => claim)).not.toContain("C1");
  expect(servesWords([])).toBeNull();
});
