import { percent, plural } from "../words.ts";
import type { FigureRow, Table } from "./figure.ts";
import type { Arm, MeanPoint } from "./training-arms.ts";

/** Rows a reader can take in; the files hold all. */
const MOST_ROWS = 26;

/** Our means with their intervals, a row for each step. */
export function figureTable(arms: readonly Arm[]): Table {
  const all = [...new Set(arms.flatMap((arm) => arm.mean.map((point) => point.step)))].sort((a, b) => a - b);
  const stride = Math.ceil(all.length / MOST_ROWS);
  const steps = all.filter((_, index) => index % stride === 0 || index === all.length - 1);
  return {
    columns: ["Step", ...arms.flatMap((arm) => [`${arm.series}, learning rate ${arm.variant.learningRate}`])],
    rows: steps.map((step) => [
      step.toLocaleString("en"),
      ...arms.map((arm) => cell(arm.mean.find((point) => point.step === step))),
    ]),
    note:
      steps.length < all.length
        ? `Every ${stride}th of ${plural(all.length, "recorded step")}; the files below hold all of them.`
        : null,
  };
}

function cell(point: MeanPoint | undefined): string {
  if (!point) return "–";
  const interval = point.low === null || point.high === null ? "" : ` [${percent(point.low)}, ${percent(point.high)}]`;
  return `${percent(point.mean)}${interval}, n = ${point.n}`;
}

/** Every number that the figure draws, in full precision. */
export function figureRows(arms: readonly Arm[]): FigureRow[] {
  return arms.flatMap((arm) => {
    const variant = arm.variant.id;
    const alone = { low: null, high: null, seeds: 1 };
    return [
      ...arm.mean.map(({ step, mean, low, high, n }) => ({
        source: "this study" as const,
        variant,
        seed: null,
        step,
        accuracy: mean,
        low,
        high,
        seeds: n,
      })),
      ...arm.seeds.map(({ seed, step, accuracy }) => ({
        source: "this study" as const,
        variant,
        seed,
        step,
        accuracy,
        ...alone,
      })),
      ...arm.paper.map(({ step, accuracy }) => ({ source: "paper" as const, variant, seed: null, step, accuracy, ...alone })),
    ];
  });
}

/** The rows as CSV (RFC 4180); empty where there is no value. */
export function toCsv(rows: readonly FigureRow[]): string {
  const columns = ["source", "variant", "seed", "step", "accuracy", "low", "high", "seeds"] as const;
  const lines = rows.map((row) => columns.map((column) => row[column] ?? "").join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}
