import type { Check, Finding } from "./finding.ts";
import type { Sample } from "./units.ts";

/** A formula in TeX, and where it stands or why it had to change. */
export interface Formula {
  readonly tex: string;
  readonly note: string;
}

/** One statement of the paper's section 4 or appendix C: what it says, and a computation that tells whether it is so. */
export interface Statement {
  /** Names its section on the page. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** In words, for somebody who skips formulas. */
  readonly says: string;
  /** As the paper has it. */
  readonly printed: Formula;
  /** As it must read, or more exactly; null where the paper's own form is right and complete. */
  readonly corrected: Formula | null;
  /** How it is checked. */
  readonly method: string;
  /** What that means for the paper. */
  readonly meaning: string;
  readonly check: (sample: Sample) => Check;
}

/** A finding's number and what it is measured against: "1.3e-15" and "≤ 1e-10"; "532 of 1,200 fail" and "not proved". */
export function findingWords(finding: Finding): { result: string; want: string } {
  switch (finding.kind) {
    case "identity":
      return { result: tiny(finding.worst), want: `≤ ${finding.tolerance.toExponential(0)}` };
    case "inequality":
      return {
        result: `${outOf(finding.fails, finding.cases)} fail`,
        want: finding.proved ? "0 fail" : "not proved",
      };
    case "measure":
      return { result: measureWords(finding), want: "" };
  }
}

function measureWords({ as, value }: Extract<Finding, { kind: "measure" }>): string {
  switch (as) {
    case "share":
      return `${(100 * value).toFixed(1)}%`;
    case "ratio":
      return value.toPrecision(3);
    case "error":
      return value.toExponential(1);
  }
}

/** "645 of 1,200" */
export const outOf = (part: number, whole: number): string => `${part.toLocaleString("en")} of ${whole.toLocaleString("en")}`;

/** "3.1e-14" */
export const tiny = (value: number): string => (value === 0 ? "0" : value.toExponential(1));
