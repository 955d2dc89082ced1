import { describe, expect, test } from "vitest";
import { encodeCheckpoint, decodeCheckpoint } from "../../../shared/nn/checkpoint.ts";
import { initialState, stateLayout } from "../../../shared/nn/training.ts";
import { trainingSpec } from "../../../shared/experiments/experiment.ts";
import { sha256Hex } from "../../../shared/math/sha256.ts";
import type { StoredResult } from "../../../shared/protocol/result.ts";
import { LIES, lied } from "../../../scripts/chaos/character.ts";
import { Dice } from "../../../scripts/chaos/dice.ts";
import { judge } from "../../../scripts/chaos/judge.ts";
import type { Ended } from "../../../scripts/chaos/look.ts";
import { Record } from "../../../scripts/chaos/record.ts";
import { chanceDrawn, countOf, promisedRate } from "../../../scripts/chaos/theory.ts";
import { stateOf } from "../../../scripts/chaos/training.ts";
import { mergeMetrics } from "../../../workers/coordinator/assimilator.ts";
import { allResults, tinyDeepLinear, tinyHeader } from "../../workerd/tiny.ts";

describe("the theory of who is caught", () => {
  test("rates are those of docs/trust.md, and a lie's chance is its share of the shard's steps", () => {
    expect([0, 1, 2, 4, 9, 25, 400].map(promisedRate)).toEqual([1, 1, 1 / Math.sqrt(2), 0.5, 1 / 3, 0.2, 0.2]);
    expect(chanceDrawn(4, 100, 500)).toBeCloseTo(0.1);
  });

  test("equal chances give the binomial distribution's quantiles, certain ones no spread", () => {
    // Of 100 throws of a coin, 95 % lie within 40 to 60.
    expect(countOf(Array<number>(100).fill(0.5), 0.95)).toEqual({ expected: 50, low: 40, high: 60 });
    expect(countOf([1, 1, 0], 0.999)).toEqual({ expected: 2, low: 2, high: 2 });
    expect(countOf([], 0.999)).toEqual({ expected: 0, low: 0, high: 0 });
  });
});

test.each(LIES)("a state of somebody who %s is one of the same network and step, and another", (lie) => {
  const spec = trainingSpec(tinyDeepLinear, tinyDeepLinear.variants[0]!, 1);
  const layout = stateLayout(spec);
  const at = (step: number, by: number) => {
    const state = Object.fromEntries(
      Object.entries(initialState(spec)).map(([name, values]) => [name, values.map((value) => value + by)]),
    );
    return stateOf(step, encodeCheckpoint({ step, state }, layout));
  };
  const [start, honest] = [at(9, 0), at(100, 1)];
  const wrong = lied(lie, start, honest, new Dice(1, "liar"));
  expect(decodeCheckpoint(wrong.bytes, layout).step).toBe(100);
  expect(wrong.sha256).not.toBe(honest.sha256);
  expect(honest.sha256).toBe(sha256Hex(honest.bytes));
});

describe("a study that was disturbed", () => {
  const header = tinyHeader("tiny");
  const results = allResults(header.plan).map((result, n) => ({
    ...result,
    signed: { lease: `tiny.${n}`, publicKey: "", signature: "" },
  }));
  const ended = (all: StoredResult[]): Ended => ({
    snapshot: { experiment: header, metrics: mergeMetrics(header.plan, all) } as Ended["snapshot"],
    results: { experiment: header, results: all },
    audits: [],
  });
  const truth = ended(results);
  const recordOf = (change: (record: Record) => void) => {
    const record = new Record();
    for (const { signed } of results) record.accepted.add(signed.lease);
    change(record);
    return record;
  };
  const spoiled = results.map((result, n) => (n === 0 ? { ...result, training: { ...result.training, loss: [9, 9] } } : result));

  test("that has the same numbers, whoever trained them, broke no promise", () => {
    const others = results.map((result) => ({ ...result, provenance: { ...result.provenance, volunteer: "another" } }));
    const { broken, sameRuns } = judge(
      truth,
      ended(others),
      recordOf(() => undefined),
    );
    expect([broken, sameRuns]).toEqual([[], 4]);
  });

  test("that lost an accepted result, left a run unfinished, or has other numbers, is told so", () => {
    const words = (all: StoredResult[], change: (record: Record) => void = () => undefined) =>
      judge(truth, ended(all), recordOf(change)).broken.join("\n");
    expect(words(results.slice(0, -1))).toMatch(/lost: the result of tiny\.\d+[^]*want it finished/);
    expect(words(spoiled)).toContain("got other numbers than the undisturbed study has");
  });

  test("may differ where a lie stands that was not drawn, and only there; one that was drawn may not stand", () => {
    const lie = { lease: "tiny.0", lie: "flips" as const, chance: 0.5, drawn: false };
    const undrawn = judge(
      truth,
      ended(spoiled),
      recordOf((record) => record.lies.push(lie)),
    );
    expect(undrawn).toMatchObject({ broken: [], liedRuns: 1, sameRuns: 3, standing: 1 });
    const drawn = judge(
      truth,
      ended(spoiled),
      recordOf((record) => record.lies.push({ ...lie, drawn: true })),
    );
    expect(drawn.broken.join()).toContain("stands: the lie of tiny.0");
  });
});
