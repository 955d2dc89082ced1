import { describe, expect, test } from "vitest";
import { compared, estimate, judgeLevel, judgeOrder, LEAST_SEEDS } from "../../../shared/compare/judge.ts";
import { meanOver, stepsToAccuracy } from "../../../shared/compare/measures.ts";
import { ACCURACY, FACTOR } from "../../../shared/compare/question.ts";
import { comparisonRows, questions } from "../../../shared/compare/rows.ts";
import { logged } from "../../../shared/compare/sampled.ts";
import { type Arm, paperSource } from "../../../shared/compare/source.ts";
import { plots } from "../../../shared/paper/figures.ts";
import { readPaper } from "../../../shared/paper/paper.ts";
import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { markdownTable, tally, textTable } from "../../../scripts/compare/tables.ts";
import { page } from "../../../scripts/compare/page.ts";
import { paperTexts } from "../paper/curves.ts";
import { paperAsOurs } from "./paper-as-ours.ts";

const paper = readPaper(paperTexts);
const standard: Arm = { network: "vgg", normalization: "none", learningRate: 0.1 };
const batchNorm: Arm = { ...standard, normalization: "batch" };

describe("the paper's own numbers", () => {
  const steps = (arm: Arm) => [0.5, 0.75, 0.9, 0.95, 0.98].map((level) => stepsToAccuracy(level)(paperSource(paper, arm)));

  test("steps to 50, 75, 90, 95 and 98 % as read off Figures 1, 2 and 6 by hand", () => {
    expect(steps(standard)).toEqual([1000, 2200, 4500, 4900, 7500]);
    expect(steps(batchNorm)).toEqual([300, 700, 2200, 3200, 4300]);
    expect(steps({ ...standard, learningRate: 0.5 })).toEqual([Infinity, Infinity, Infinity, Infinity, Infinity]);
    expect(steps({ ...standard, normalization: "noisy-batch" })).toEqual([300, 1000, 3000, 4500, 5900]);
    expect(steps({ ...standard, learningRate: 0.01 })).toEqual([1800, 4500, 7000, 8800, 9400]);
  });

  test("means over spans as read off Figure 3", () => {
    const spans: [number, number][] = [
      [1000, 3000],
      [3000, 6000],
      [6000, 10_000],
      [10_000, 15_000],
    ];
    const means = (arm: Arm) => spans.map(([from, to]) => meanOver("shift-l2", from, to, 5)(paperSource(paper, arm))!);
    const byHand = { none: [0.86, 1.07, 0.82, 0.62], batch: [1.04, 0.91, 0.73, 0.77] };
    means(standard).forEach((value, i) => expect(Math.abs(value / byHand.none[i]! - 1)).toBeLessThan(0.1));
    means(batchNorm).forEach((value, i) => expect(Math.abs(value / byHand.batch[i]! - 1)).toBeLessThan(0.1));
  });

  test("points that lay on a straight line count, and misread steps are put in place", () => {
    expect(logged({ step: [1, 300, 395], value: [0, 3, 8] }, 100)).toEqual({
      step: [0, 100, 200, 300, 400],
      value: [0, 1, 2, 3, 8],
    });
  });
});

describe("the rule", () => {
  const of = (...values: number[]) => estimate(values);

  test("a number agrees when the paper's lies in the interval or within the factor; few seeds cannot differ", () => {
    expect(judgeLevel(100, of(140), FACTOR)).toBe("agrees");
    expect(judgeLevel(100, of(160), FACTOR)).toBe("undecided");
    expect(judgeLevel(100, of(90, 150, 160, 170, 200), FACTOR)).toBe("agrees");
    expect(judgeLevel(100, of(151, 152, 160, 170, 200), FACTOR)).toBe("differs");
    expect(judgeLevel(Infinity, of(Infinity, Infinity), FACTOR)).toBe("agrees");
    expect(judgeLevel(0.8, of(0.78), ACCURACY)).toBe("agrees");
    expect([judgeLevel(null, of(1), FACTOR), judgeLevel(1, null, FACTOR)]).toEqual(["not in the paper", "no data yet"]);
  });

  test("an order agrees when all of the interval lies on the paper's side", () => {
    const five = (...values: [number, number, number, number, number]) => judgeOrder(0.5, of(...values), FACTOR);
    expect(LEAST_SEEDS).toBe(5);
    expect(five(0.2, 0.3, 0.4, 0.5, 0.99)).toBe("agrees");
    expect(five(0.2, 0.3, 0.4, 0.5, 1.01)).toBe("undecided");
    expect(five(2, 3, 4, 5, 1.01)).toBe("differs");
    expect(five(0, 0, 0, 0, 0)).toBe("agrees");
    expect(judgeOrder(0.5, of(0.2, 0.3), FACTOR)).toBe("undecided");
  });

  test("where the paper's two are equal, ours have to be near each other", () => {
    const equal = (...values: number[]) => judgeOrder(1.05, of(...values), FACTOR);
    expect(equal(1.2, 1.3, 1.3, 1.4, 1.4)).toBe("agrees");
    expect(equal(1.6, 1.7, 1.8, 1.9, 2)).toBe("differs");
    expect(equal(0.3, 0.4, 0.5, 1.9, 2)).toBe("undecided");
  });

  test("two levels that were never reached are equal", () => {
    expect([compared(Infinity, Infinity, FACTOR), compared(300, Infinity, FACTOR), compared(0.8, 0.5, ACCURACY)]).toEqual([
      1,
      0,
      0.8 - 0.5,
    ]);
  });
});

describe("a study", () => {
  test("whose runs are the paper's curves agrees with it in every row", () => {
    const snapshot = StudySnapshot.parse(paperAsOurs(paper, { seeds: 5 }));
    const sweeps = (figure: string) => figure.startsWith("10"); // made of bands, which are no sweeps
    const rows = comparisonRows(snapshot, paper).filter(({ question }) => !sweeps(question.figure));
    const others = rows.filter(({ verdict }) => verdict !== "agrees" && verdict !== "not in the paper");
    expect(
      others.map(({ question, arm, against, verdict }) => [question.figure, question.quantity, arm, against, verdict]),
    ).toEqual([]);
    expect(rows.filter(({ verdict }) => verdict === "agrees").length).toBeGreaterThan(450);
  });

  test("whose BatchNorm and standard networks are exchanged differs, and says so", () => {
    const swap = { none: "batch", batch: "none" } as const;
    const takes = (arm: Arm): Arm =>
      arm.normalization === "none" || arm.normalization === "batch" ? { ...arm, normalization: swap[arm.normalization] } : arm;
    const rows = comparisonRows(paperAsOurs(paper, { seeds: 5, takes }), paper);
    const verdict = (figure: string, quantity: string) =>
      rows.find(({ question, against }) => question.figure === figure && question.quantity.startsWith(quantity) && against)
        ?.verdict;
    expect(verdict("1a", "steps to 90 %")).toBe("differs");
    expect(verdict("4b", "greatest |g' - g|, median")).toBe("differs");
    expect(verdict("12a", "training loss after 5,000")).toBe("differs");
    expect(rows.some(({ verdict, why }) => verdict === "differs" && why.includes("depth and head not stated"))).toBe(true);
  });

  test("of pilot size is compared in its orders only", () => {
    const rows = comparisonRows(paperAsOurs(paper, { seeds: 5, profile: "pilot" }), paper);
    const fig1 = rows.filter(({ question }) => question.figure === "1a");
    expect(new Set(fig1.filter(({ against }) => !against).map(({ verdict }) => verdict))).toEqual(new Set(["not compared"]));
    expect(fig1.find(({ against }) => !against)?.why).toContain("1/8 of the channels; 1,000 of 15,000 steps");
    expect(fig1.find(({ against }) => against)?.verdict).toBe("agrees");
  });

  test("of one seed agrees or waits", () => {
    const verdicts = new Set(comparisonRows(paperAsOurs(paper, { seeds: 1 }), paper).map(({ verdict }) => verdict));
    expect(verdicts.has("differs")).toBe(false);
    expect(verdicts.has("agrees") && verdicts.has("undecided")).toBe(true);
  });

  test("whose runs are not over has only what they came to", () => {
    const snapshot = paperAsOurs(paper, { seeds: 5 });
    const half = snapshot.experiments.map((experiment) => ({
      ...experiment,
      metrics: {
        ...experiment.metrics,
        variants: experiment.metrics.variants.map((variant) => ({
          ...variant,
          runs: variant.runs.map((run) => ({ ...run, state: "training" as const, trainedSteps: 3000 })),
        })),
      },
    }));
    const rows = comparisonRows({ ...snapshot, experiments: half }, paper).filter(({ question }) => question.figure === "4b");
    const of = (quantity: string) => rows.find(({ question }) => question.quantity.includes(quantity));
    expect(of("steps 100 to 3,000")?.ours?.n).toBe(5);
    expect(of("steps 3,000 to 10,000")).toMatchObject({ ours: null, verdict: "no data yet", why: "no run has come that far" });
  });

  test("without data has the paper's numbers and nothing else", () => {
    const rows = comparisonRows(null, paper);
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(["no data yet", "not in the paper"]));
    expect(rows.filter(({ paper: theirs }) => theirs !== null).length).toBeGreaterThan(500);
  });
});

test("every digitised panel has a question, but those whose runs are shown elsewhere", () => {
  const asked = new Set(questions.map(({ figure }) => figure));
  const again = ["13a", "13b"];
  expect([...new Set(plots.map(({ figure }) => figure))].filter((figure) => !asked.has(figure))).toEqual(again);
});

test("the tables are printed for a terminal and for a page", () => {
  const rows = comparisonRows(paperAsOurs(paper, { seeds: 5 }), paper);
  const some = rows.filter(({ question }) => question.figure === "1a").slice(0, 3);
  expect(textTable(some).split("\n")).toEqual([
    expect.stringMatching(/^quantity +network +paper +ours \(interval; seeds\) +ours \/ paper +verdict +why$/),
    expect.stringMatching(/^steps to 50 % training accuracy +Standard, lr 0.1 +1,000 +1,000 \(1,000 to 1,000; 5\) +1 +agrees$/),
    expect.stringMatching(/^ +BatchNorm, lr 0.1 +300 +300 /),
    expect.stringMatching(/^ +BatchNorm against Standard, lr 0.1 +x 0.3 +x 0.3 \(x 0.3 to x 0.3; 5\) +agrees$/),
  ]);
  expect(markdownTable(rows.filter(({ question }) => question.figure === "3a").slice(0, 1))).toContain(
    "| \\|G - G'\\| of layer 5",
  );
  expect(page(rows, null)).toContain("## Figure 12d");
  expect(tally(rows)).toMatch(/Order of two networks \(at every size\): .*\d+ agrees/);
});
