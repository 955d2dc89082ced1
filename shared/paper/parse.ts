import type { Band, Curve } from "../metrics/curve.ts";

/** Figure 10: the change of the gradient over the size of the step, one line for each of 50 steps of training, early to late. */
export interface Sweep {
  readonly lines: readonly { readonly stepSize: readonly number[]; readonly difference: readonly number[] }[];
}

/** Reads `step,value` lines. @param scale what a value is multiplied with: 1/100 for percentages @throws RangeError naming the line */
export function parseCurve(csv: string, scale = 1): Curve {
  const rows = numbers(csv, "step,value", 2);
  return { step: rows.map(([x]) => start(x!)), value: rows.map(([, y]) => y! * scale) };
}

/** Reads `step,min,max` lines. @throws RangeError naming the line */
export function parseBand(csv: string): Band {
  const rows = numbers(csv, "step,min,max", 3);
  return { step: rows.map(([x]) => start(x!)), low: rows.map(([, low]) => low!), high: rows.map(([, , high]) => high!) };
}

/** Reads `line,"rgb(...)",step_size,grad_diff` lines; the colour says no more than the line's number. @throws RangeError naming the line */
export function parseSweep(csv: string): Sweep {
  const rows = numbers(csv.replaceAll(/"[^"]*",/g, ""), "line,color,step_size,grad_diff", 3);
  const names = [...new Set(rows.map(([line]) => line!))].sort((a, b) => a - b);
  return {
    lines: names.map((name) => {
      const points = rows.filter(([line]) => line === name);
      return { stepSize: points.map(([, size]) => size!), difference: points.map(([, , difference]) => difference!) };
    }),
  };
}

/** Reading the figure put some first points a step to the left of the axis. */
const start = (step: number) => Math.max(0, step);

function numbers(csv: string, want: string, columns: number): number[][] {
  return csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line, index) => {
      const row = line.split(",").map(Number);
      if (row.length !== columns || !row.every(Number.isFinite)) {
        throw new RangeError(`curve, line ${index + 2}: got ${JSON.stringify(line)}, want ${want}`);
      }
      return row;
    });
}
