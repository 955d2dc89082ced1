import { describe, expect, test } from "vitest";
import { smoothed, stepsTo } from "../../../shared/metrics/curve.ts";
import { plots } from "../../../shared/paper/figures.ts";
import { readPaper } from "../../../shared/paper/paper.ts";
import { parseBand, parseCurve, parseSweep } from "../../../shared/paper/parse.ts";
import { paperTexts } from "./curves.ts";

const paper = readPaper(paperTexts);

test("every digitised file is in the table, and every line of the table has its file", () => {
  expect(plots.map(({ file }) => file).sort()).toEqual(Object.keys(paperTexts).sort());
});

test("no two plots of a panel are the same line", () => {
  const lines = plots.map(({ file: _file, ...rest }) => JSON.stringify(rest));
  expect(new Set(lines).size).toBe(lines.length);
});

test.each(plots)("$file reads as $quantity", (plot) => {
  if (plot.quantity === "gradient-sweep") {
    const lines = paper.sweep(plot)!.lines;
    expect(lines).toHaveLength(50);
    for (const { stepSize } of lines) expect([...stepSize].sort((a, b) => a - b)).toEqual(stepSize);
    return;
  }
  const isBand = plot.quantity.endsWith("-band");
  const step = isBand ? paper.band(plot)!.step : paper.curve(plot)!.step;
  expect(step.length).toBeGreaterThan(5);
  expect(step[0]).toBeGreaterThanOrEqual(0);
  expect(step.at(-1)).toBeGreaterThan(9900);
  if (isBand) {
    const { low, high } = paper.band(plot)!;
    expect(low.every((value, i) => value! <= high[i]!)).toBe(true);
  } else if (plot.quantity.endsWith("accuracy")) {
    expect(paper.curve(plot)!.value.every((value) => value! > 0.02 && value! < 1.001)).toBe(true);
  }
});

test("a query says as much as it needs: figure, quantity, who", () => {
  const of = { quantity: "train-accuracy", network: "vgg", learningRate: 0.1 } as const;
  const steps = (normalization: "none" | "batch") => stepsTo(smoothed(paper.curve({ ...of, normalization })!, 5), 0.9);
  expect(steps("none")).toBeGreaterThan(1.5 * steps("batch")!);
  expect(paper.curve({ figure: "7a", quantity: "mean-change", layer: 3 })).toBeNull();
  expect(paper.band({ figure: "4a", quantity: "beta" })).toBeNull();
  expect(readPaper({}).curve(of)).toBeNull();
});

describe("the files' three kinds", () => {
  test("lines: percentages become fractions, the first step is moved onto the axis", () => {
    expect(parseCurve("step,value\n-1,10\n99,50\n199,40\n", 0.01)).toEqual({ step: [0, 99, 199], value: [0.1, 0.5, 0.4] });
  });

  test("bands and sweeps", () => {
    expect(parseBand("step,min,max\n0,1,2\n100,3,1e4\n")).toEqual({ step: [0, 100], low: [1, 3], high: [2, 10_000] });
    const sweep = parseSweep(
      'line,color,step_size,grad_diff\n0,"rgb(0,0,255)",0.05,1\n1,"rgb(255,0,0)",0.05,2\n0,"rgb(0,0,255)",0.1,3\n',
    );
    expect(sweep.lines).toEqual([
      { stepSize: [0.05, 0.1], difference: [1, 3] },
      { stepSize: [0.05], difference: [2] },
    ]);
  });

  test("name the line that is not numbers", () => {
    expect(() => parseCurve("step,value\n0,1\n5,high\n")).toThrow('curve, line 3: got "5,high", want step,value');
    expect(() => parseBand("step,min,max\n0,1\n")).toThrow('curve, line 2: got "0,1", want step,min,max');
  });
});
