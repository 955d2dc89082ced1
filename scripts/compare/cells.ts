import { normalizationLabel } from "../../shared/experiments/variant.ts";
import type { Estimate } from "../../shared/compare/judge.ts";
import type { Unit } from "../../shared/compare/question.ts";
import type { ComparisonRow } from "../../shared/compare/rows.ts";

export const HEADINGS = ["quantity", "network", "paper", "ours (interval; seeds)", "ours / paper", "verdict", "why"] as const;

/** A row of the table in words, in the order of HEADINGS. */
export function cells({ question, arm, against, paper, ours, ratio, verdict, why }: ComparisonRow): string[] {
  const show = against
    ? (value: number) => order(value, question.agreement.by, question.unit)
    : (value: number) => level(value, question.unit);
  const who = `${normalizationLabel(arm.normalization)}${against ? ` against ${normalizationLabel(against.normalization)}` : ""}, lr ${arm.learningRate < 1e-3 ? arm.learningRate.toExponential() : arm.learningRate}`;
  return [
    question.quantity,
    who,
    paper === null ? "" : show(paper),
    ours === null ? "" : estimated(ours, show),
    ratio === null || against ? "" : significant(ratio),
    verdict,
    why,
  ];
}

function estimated({ n, value, low, high }: Estimate, show: (value: number) => string): string {
  return low === null || high === null ? `${show(value)} (${n})` : `${show(value)} (${show(low)} to ${show(high)}; ${n})`;
}

function level(value: number, unit: Unit): string {
  if (value === Infinity) return "not reached";
  if (unit === "steps") return Math.round(value).toLocaleString("en");
  return unit === "accuracy" ? `${(100 * value).toFixed(1)} %` : significant(value);
}

function order(value: number, by: "ratio" | "difference", unit: Unit): string {
  if (by === "ratio")
    return value === Infinity
      ? "only the other reaches it"
      : unit === "steps" && value === 0
        ? "the other does not reach it"
        : `x ${significant(value)}`;
  const sign = value < 0 ? "-" : "+";
  return unit === "accuracy" ? `${sign}${Math.abs(100 * value).toFixed(1)} points` : `${sign}${significant(Math.abs(value))}`;
}

/** Three significant digits, without an exponent between a thousandth and a hundred thousand. */
function significant(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2).replace("e+", "e");
  return size >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
