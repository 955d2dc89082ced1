import { canonicalJson } from "../../math/json.ts";
import { sha256Hex } from "../../math/sha256.ts";
import type { CalibrationAnswer, CalibrationVerdict, Spread } from "../../protocol/calibration.ts";
import type { Device, Provider } from "../../protocol/lease.ts";
import { compareInterval, type Comparison } from "../compare.ts";
import { MovementSum } from "../movement.ts";
import { thresholdsFor } from "../thresholds.ts";
import { casesFor } from "./cases.ts";
import { KNOWN_ANSWERS } from "./known.ts";
import { pairThresholds } from "./tolerance.ts";

/** An answer, and the projections of where it started. */
export interface KnownAnswer extends CalibrationAnswer {
  readonly start: readonly number[];
}

/** Names the known answers: a calibration by others is another one. */
export const REFERENCE: string = sha256Hex(canonicalJson(KNOWN_ANSWERS));

export interface JudgedCase extends Comparison {
  readonly id: string;
  readonly spread: Spread | null;
}

export interface JudgedCalibration {
  readonly verdict: CalibrationVerdict;
  readonly words: string;
  /** The largest of the cases in float32; null: something was not finite. */
  readonly spread: Spread | null;
  /** One name for all final states. */
  readonly state: string;
  readonly cases: readonly JudgedCase[];
}

/** Whose bits are nobody's: so that no volunteer's device is of its class and held to them. */
const NOBODY: Device = { provider: "cpu", adapter: null, threads: 1, runtime: "known", platform: "known" };
const NO_ROWS = { step: [], loss: [], accuracy: [] };

/**
 * Holds a device's answers against the known ones, as an audit would.
 * @param tolerance of the device's kind; null: the default
 * @throws never: answers of other trainings contradict
 */
export function judgeCalibration(
  answers: readonly CalibrationAnswer[],
  provider: Provider,
  tolerance: Spread | null = null,
): JudgedCalibration {
  const cases = casesFor(provider).map(({ id, spec }): JudgedCase => {
    const known = KNOWN_ANSWERS.find((one) => one.case === id);
    if (!known) throw new Error(`${id}: got no known answer, want one: npm run calibration -- --write`);
    const answer = answers.find((one) => one.case === id);
    if (!answer) return { id, agrees: false, words: "No answer.", spread: null };
    const base = thresholdsFor(spec.network);
    const thresholds = pairThresholds(base, tolerance, null);
    const sum = new MovementSum();
    const end = numbers(answer.projected);
    sum.add(Float64Array.from(known.start), end, numbers(known.projected));
    const movement = sum.result();
    const mine = { device: NOBODY, end: known.end, opening: known.losses, rows: NO_ROWS };
    const claimed = { ...mine, device: { ...NOBODY, provider }, end: answer.end, opening: answer.losses };
    const isWhole = answer.losses.length === known.losses.length;
    const compared = compareInterval(
      { ...claimed, device: { ...claimed.device, runtime: "claimed" } },
      mine,
      spec.steps,
      movement,
      thresholds,
    );
    const [got, want] = [answer.losses[0] ?? null, known.losses[0] ?? null];
    const firstLoss = got === null || want === null ? NaN : Math.abs(got - want) / Math.abs(want);
    const spread = Number.isFinite(firstLoss + movement.distance) ? { firstLoss, distance: movement.distance } : null;
    return { id, ...(isWhole ? compared : { agrees: false, words: "Not a loss for every step." }), spread };
  });
  const wrong = cases.filter(({ agrees }) => agrees === false);
  const doubtful = cases.filter(({ agrees }) => agrees === null);
  const said = wrong.length > 0 ? wrong : doubtful;
  return {
    verdict: wrong.length > 0 ? "contradicts" : doubtful.length > 0 ? "rough" : "passed",
    words: (said.length > 0 ? said.map(({ id, words }) => `${id}: ${words}`).join(" ") : "As known.").slice(0, 600),
    spread: largest(cases.filter(({ id }) => !id.startsWith("deep-linear")).map(({ spread }) => spread)),
    state: sha256Hex(answers.map(({ end }) => end).join()),
    cases,
  };
}

/** What is not finite is infinitely far. */
const numbers = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? Infinity);

function largest(spreads: readonly (Spread | null)[]): Spread | null {
  const known = spreads.filter((spread) => spread !== null);
  if (known.length < spreads.length || known.length === 0) return null;
  return {
    firstLoss: Math.max(...known.map(({ firstLoss }) => firstLoss)),
    distance: Math.max(...known.map(({ distance }) => distance)),
  };
}
