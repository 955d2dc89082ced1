import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { normal } from "../../../shared/math/random.ts";
import { checkAll } from "../../../shared/theory/check-all.ts";
import { type Finding, holds, identity, inequality, SLACK_BINS } from "../../../shared/theory/finding.ts";
import { hessianError } from "../../../shared/theory/full-hessian.ts";
import { statements } from "../../../shared/theory/index.ts";
import { checkedInputs } from "../../../shared/theory/inputs.ts";
import { randomRegression, matchingScale } from "../../../shared/theory/regression.ts";
import { rescalingChange } from "../../../shared/theory/lemma-4-5.ts";
import { theorem41, gradientError } from "../../../shared/theory/theorem-4-1.ts";
import { curvatureTerms } from "../../../shared/theory/theorem-4-2.ts";
import { greatestInputs, LARGEST_NORM } from "../../../shared/theory/theorem-4-4.ts";
import { sampleOf } from "../../../shared/theory/units.ts";
import { dot, spectralNorm } from "../../../shared/theory/vectors.ts";

const results = Object.fromEntries([...checkAll(checkedInputs())].map((checked) => [checked.id, checked]));
const finding = (id: string, what: RegExp): Finding => {
  const found = results[id]!.findings.filter((one) => what.test(one.what));
  expect(found.length, `${id}: ${what}`).toBe(1);
  return found[0]!;
};
const worst = (id: string, what: RegExp) => (finding(id, what) as Extract<Finding, { kind: "identity" }>).worst;
/** The share of cases in which an inequality fails. */
const failing = (id: string, what: RegExp) => {
  const { fails, cases } = finding(id, what) as Extract<Finding, { kind: "inequality" }>;
  return fails / cases;
};
const share = (id: string, what: RegExp) => (finding(id, what) as Extract<Finding, { kind: "measure" }>).value;

describe("the theory on 1,200 random units", () => {
  it("every file of a statement is in the table of contents", () => {
    const folder = path.resolve(import.meta.dirname, "../../../shared/theory");
    const files = readdirSync(folder).filter((file) => /^(theorem|lemma|observation|full)-/.test(file));
    expect(statements.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
  });

  it.each(statements.map(({ id, name }) => [name, id] as const))("%s: all that is proved holds", (_name, id) => {
    expect(results[id]!.findings.filter((one) => !holds(one))).toEqual([]);
    expect(results[id]!.holds).toBe(true);
    expect(results[id]!.verdict).not.toMatch(/not hold here/);
    for (const { counts, cases } of results[id]!.rows) expect(counts.reduce((a, b) => a + b)).toBe(cases);
  });

  it("identities are exact to rounding", () => {
    expect(worst("theorem-4-1", /both sides/)).toBeLessThan(1e-13);
    expect(worst("full-hessian", /random direction/)).toBeLessThan(1e-13);
    expect(worst("theorem-4-2", /first line/)).toBeLessThan(1e-11);
    expect(worst("observation-4-3", /z and y/)).toBeLessThan(1e-14);
    expect(worst("theorem-4-4", /corrected/)).toBeLessThan(1e-13);
    expect(worst("theorem-c-1", /^the value at X/)).toBeLessThan(1e-10);
    expect(worst("lemma-4-5", /two sides/)).toBeLessThan(1e-13);
    expect(worst("lemma-4-5", /loss at aW/)).toBeLessThan(1e-13);
  });

  it("the preprint's 1/√m is violated almost always", () => {
    expect(failing("theorem-4-1", /third version/)).toBeGreaterThan(0.99);
  });

  it("unmatched networks break the bound about as often as not, matched ones never", () => {
    expect(failing("theorem-4-1", /^matched/)).toBe(0);
    for (const unmatched of [/unmatched: the bound/, /unmatched: BatchNorm/]) {
      expect(failing("theorem-4-1", unmatched)).toBeGreaterThan(0.35);
      expect(failing("theorem-4-1", unmatched)).toBeLessThan(0.65);
    }
  });

  it("without its assumption, the second line of Theorem 4.2 fails in a good part; so it does at X* of Theorem C.1", () => {
    expect(failing("theorem-4-2", /second line/)).toBeGreaterThan(0.3);
    expect(failing("theorem-4-2", /second line/)).toBeLessThan(0.7);
    expect(failing("theorem-c-1", /value at X\* for/)).toBeGreaterThan(0.3);
    expect(share("theorem-4-2", /ĝ·ŷ < 0/)).toBeGreaterThan(0.1);
    expect(share("theorem-4-2", /ĝ·ŷ < 0/)).toBeLessThan(0.5);
  });

  it("Theorem 4.4 as printed can be negative, and depends on the unit of the loss", () => {
    expect(failing("theorem-4-4", /mean over samples/)).toBeGreaterThan(0.99);
    expect(failing("theorem-4-4", /literally/)).toBeLessThan(0.1);
    expect(share("theorem-4-4", /negative/)).toBeGreaterThan(0.1);
  });

  it("the inputs that give the longest gradient do not give the most curvature", () => {
    expect(share("theorem-c-1", /1% more/)).toBeGreaterThan(0.9);
  });
});

describe("other inputs", () => {
  it.each([
    { batchSize: 4 },
    { batchSize: 5, epsilon: 1 },
    { gamma: 20, beta: -3 },
    { gamma: 0.05, epsilon: 1e-3 },
    { seed: 99 },
  ])("%o: all that is proved holds", (inputs) => {
    const wrong = [...checkAll(checkedInputs({ networks: 15, ...inputs }))].flatMap(({ findings }) =>
      findings.filter((one) => !holds(one)),
    );
    expect(wrong).toEqual([]);
  });

  it("the same inputs give the same findings, another seed gives others", () => {
    const of = (seed: number) => [...checkAll(checkedInputs({ networks: 2, seed }), [theorem41])];
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });

  it("with ε > 0, 1/m is off and (2 − q)/m is not; nor is the first line of Theorem 4.2 exact", () => {
    const units = sampleOf(checkedInputs({ networks: 5, epsilon: 0.1 })).spread();
    const most = (error: (unit: (typeof units)[number]) => number) => Math.max(...units.map(error));
    expect(most((unit) => gradientError(unit))).toBeLessThan(1e-13);
    expect(most((unit) => gradientError(unit, 1 / unit.m))).toBeGreaterThan(1e-3);
    expect(
      most((unit) => {
        const { curvature, own } = curvatureTerms(unit);
        return Math.abs(dot(unit.gHat, unit.curvatureHat(unit.gHat)) - curvature - own) / (Math.abs(curvature) + Math.abs(own));
      }),
    ).toBeGreaterThan(1e-3);
  });

  it.each([
    [{ batchSize: 3 }, "batchSize: got 3, want a whole number from 4 to 512"],
    [{ batchSize: 7.5 }, "batchSize: got 7.5"],
    [{ gamma: Number.NaN }, "gamma: got NaN, want a number from 0.05 to 20"],
    [{ epsilon: -1 }, "epsilon: got -1"],
  ])("%o is refused with got and want", (inputs, words) => {
    expect(() => checkedInputs(inputs)).toThrow(words);
  });
});

describe("a wrong formula is caught", () => {
  const units = sampleOf(checkedInputs({ networks: 3 })).spread();

  it("another coefficient in Theorem 4.1, by a hundredth", () => {
    const wrong = identity("", 1e-10, units, (unit) => gradientError(unit, 1.01 / unit.m));
    expect(wrong.worst).toBeGreaterThan(1e-10);
    expect(holds(wrong)).toBe(false);
  });

  it("2 in the place of 3 in equation 42", () => {
    const error = (three: number) => identity("", 1e-6, units, (unit) => hessianError(unit, normal(1, "v", 0, unit.m), three));
    expect(holds(error(3))).toBe(true);
    expect(holds(error(2))).toBe(false);
  });

  it("invariance with an ε or with weight decay", () => {
    const regression = randomRegression(1, 0, 64);
    const scale = matchingScale(regression);
    expect(rescalingChange(regression, scale)).toBeLessThan(1e-12);
    expect(rescalingChange(regression, matchingScale(regression, 1e-3))).toBeGreaterThan(1e-6);
    expect(rescalingChange(regression, scale, 5e-4)).toBeGreaterThan(1e-3);
  });

  it("a statement whose finding fails does not hold as a whole", () => {
    const wrong = identity("", 1e-10, units, (unit) => gradientError(unit, 2 / unit.m));
    const [checked] = checkAll(checkedInputs({ networks: 1 }), [
      { ...theorem41, check: () => ({ findings: [wrong], rows: [], verdict: "" }) },
    ]);
    expect(checked!.holds).toBe(false);
  });

  it("a side that is not a number", () => {
    expect(holds(identity("", 1, [Number.NaN, 0], (x) => x))).toBe(false);
    const { finding: one } = inequality("", { proved: true }, [Number.NaN], (left) => ({ left, right: 1 }));
    expect(one).toMatchObject({ fails: 1 });
  });
});

describe("the pieces", () => {
  it("slacks: equal sides, to rounding, hold and stand in the middle", () => {
    const { finding: one, row } = inequality("", { proved: true }, [1, 1 + 1e-12, 2, 0.5], (left) => ({ left, right: 1 }));
    expect(one).toMatchObject({ cases: 4, fails: 1 });
    const { counts } = row("");
    expect(counts.length).toBe(SLACK_BINS);
    expect(counts[SLACK_BINS / 2]).toBe(2);
    expect(counts[Math.floor((2 / 3) * (SLACK_BINS / 2))]).toBe(1);
  });

  it("the spectral norm", () => {
    // [[3, 0], [4, 5]]: singular values 3√5 and √5.
    expect(spectralNorm(Float64Array.of(3, 0, 4, 5), 2)).toBeCloseTo(3 * Math.sqrt(5), 12);
    expect(spectralNorm(greatestInputs(normal(1, "v", 0, 20)), 10)).toBeCloseTo(LARGEST_NORM, 12);
  });
});
