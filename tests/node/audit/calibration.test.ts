import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { CALIBRATION_CASES } from "../../../shared/audit/calibration/cases.ts";
import { deviceKind } from "../../../shared/audit/calibration/device-kind.ts";
import { judgeCalibration } from "../../../shared/audit/calibration/judge.ts";
import { KNOWN_ANSWERS } from "../../../shared/audit/calibration/known.ts";
import { project } from "../../../shared/audit/calibration/project.ts";
import { ENOUGH, HALF, pairThresholds, toleranceOf, type Vote } from "../../../shared/audit/calibration/tolerance.ts";
import { compareInterval } from "../../../shared/audit/compare.ts";
import { FLOAT32, FLOAT64 } from "../../../shared/audit/thresholds.ts";
import { normal } from "../../../shared/math/random.ts";
import type { CalibrationAnswer, Spread } from "../../../shared/protocol/calibration.ts";
import type { Device } from "../../../shared/protocol/lease.ts";
import { calibrationAnswers } from "../../../shared/volunteer/calibrate.ts";

const sha256 = (bytes: Uint8Array) => Promise.resolve(createHash("sha256").update(bytes).digest("hex"));
const answers: CalibrationAnswer[] = KNOWN_ANSWERS.map(({ start: _start, ...answer }) => answer);
/** Moves an answer's end along its own movement: 1.05 is a learning rate that is 5 % off. */
const stretched = (times: number) =>
  KNOWN_ANSWERS.map(({ start, projected, ...rest }) => ({
    ...rest,
    end: "1".repeat(64),
    projected: projected.map((sum, i) => start[i]! + times * (sum! - start[i]!)),
  }));
const votes = (count: number, spread: Spread, name: string): Vote[] =>
  Array.from({ length: count }, (_, i) => ({ network: `${name} ${i}`, spread }));
const honest: Spread = { firstLoss: 3e-7, distance: 6e-7 };

test("this processor comes to the known answers, which nobody wrote by hand", async () => {
  const own = await calibrationAnswers(nodeRuntime(1), sha256);
  expect(own.map((answer) => answer.case)).toEqual(CALIBRATION_CASES.map(({ id }) => id));
  const { verdict, spread } = judgeCalibration(own, "cpu");
  expect(verdict).toBe("passed");
  expect(spread!.distance).toBeLessThan(5e-6);
});

test("32 sums tell how far two vectors lie apart", () => {
  const [a, b] = [normal(1, "a", 0, 20_000), normal(1, "b", 0, 20_000)];
  const near = a.map((x, i) => x + 1e-3 * b[i]!);
  const [p, q] = [project(a, 7), project(near, 7)];
  const meanSquare = (x: readonly number[]) => x.reduce((sum, v) => sum + v * v, 0) / x.length;
  expect(Math.sqrt(meanSquare(p.map((v, i) => v - q[i]!)) / meanSquare(p))).toBeCloseTo(1e-3, 3);
});

test.each<[string, CalibrationAnswer[], string]>([
  ["the same bits", answers, "passed"],
  ["a rate that is 5 % off, which float64 shows", stretched(1.05), "contradicts"],
  ["flipped signs", stretched(-1), "contradicts"],
  ["half the steps", stretched(0.5), "contradicts"],
  [
    "a first loss that is off",
    answers.map((one) => ({ ...one, losses: one.losses.map((loss) => loss! * 1.001) })),
    "contradicts",
  ],
  [
    "not a number",
    answers.map((one) => ({ ...one, end: "1".repeat(64), projected: one.projected.map(() => null) })),
    "contradicts",
  ],
  ["no answer to one of them", answers.slice(1), "contradicts"],
])("%s", (_, given, verdict) => {
  expect(judgeCalibration(given, "cpu").verdict).toBe(verdict);
});

test("WebGPU has no float64, so nothing is asked of it there: then a rate that is 5 % off is a doubt", () => {
  const verdict = (given: CalibrationAnswer[]) => judgeCalibration(given.slice(0, 2), "webgpu").verdict;
  expect([verdict(answers), verdict(stretched(1 + 1e-5)), verdict(stretched(1.05))]).toEqual(["passed", "passed", "rough"]);
});

test("a kind is a device as far as it rounds: not its threads, nor Node's patch level", () => {
  const device: Device = { provider: "cpu", adapter: "p", threads: 1, runtime: "r 1", platform: "Node 22.1.0, linux x64" };
  const kind = deviceKind(device);
  expect(deviceKind({ ...device, threads: 8, platform: "Node 22.9.9, linux x64" })).toBe(kind);
  expect(deviceKind({ ...device, adapter: "q" })).not.toBe(kind);
  expect(deviceKind({ ...device, runtime: "r 2" })).not.toBe(kind);
});

test("thresholds are the default until enough networks have calibrated a kind, then follow from their median", () => {
  expect(toleranceOf(votes(ENOUGH - 1, honest, "home"))).toBeNull();
  expect(pairThresholds(FLOAT32, null, null)).toEqual(FLOAT32);
  const near = toleranceOf(votes(ENOUGH, { firstLoss: 1e-8, distance: 1e-9 }, "home"))!;
  expect(near).toEqual(HALF.least);
  const rough = toleranceOf(votes(ENOUGH, { firstLoss: 3e-7, distance: 3e-7 }, "home"))!;
  expect(rough.distance).toBeCloseTo(1.5e-5, 12);
  expect(pairThresholds(FLOAT32, rough, null).sharpDistance).toBeCloseTo(2e-5, 12);
  expect(pairThresholds(FLOAT64, rough, rough)).toBe(FLOAT64);
});

test("a liar with fewer than half of the networks cannot widen a kind's thresholds, with however many keys", () => {
  const true_ = toleranceOf(votes(ENOUGH + 1, honest, "home"))!;
  const loose = { firstLoss: 9e-6, distance: 9e-6 };
  const lies = [...votes(ENOUGH, loose, "liar"), ...Array.from({ length: 500 }, () => votes(1, loose, "liar")[0]!)];
  expect(toleranceOf([...votes(ENOUGH + 1, honest, "home"), ...lies])).toEqual(true_);
});

test("a liar who has a kind for himself widens it by so little that a wrong rate and a skipped step still show", () => {
  const widest = toleranceOf(votes(50, { firstLoss: 1, distance: 1 }, "liar"))!;
  const thresholds = pairThresholds(FLOAT32, widest, widest);
  const gpu: Device = { provider: "webgpu", adapter: "a", threads: 1, runtime: "r", platform: "p" };
  const account = (end: string) => ({ device: gpu, end, opening: [2.5], rows: { step: [], loss: [], accuracy: [] } });
  // The nearest of the dishonest ways that were measured (docs/drift.md): a rate that is 5 % off, without normalization.
  const judged = (distance: number) =>
    compareInterval(account("a"), account("b"), 5, { cosine: 1, ratio: 1.05, distance }, thresholds).agrees;
  expect([judged(4e-5), judged(1.1e-4)]).toEqual([true, null]);
});
