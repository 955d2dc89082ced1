import { putSection } from "../bench/document.ts";
import type { Judgement } from "./judge.ts";
import type { Outcome } from "./simulate.ts";

/** What was done and what came of it, as a table. */
export function section(
  { volunteers, seeds, seed }: { readonly volunteers: number; readonly seeds: number; readonly seed: number },
  { record, kills, seconds }: Outcome,
  judgement: Judgement,
): string {
  const { runs, sameRuns, liedRuns, lies, drawn, theory, standing, results, voided, audits, broken } = judgement;
  const { vanished, replays, replaysRefused, outages, lostLeases } = record.counts;
  const share = (count: number) => (lies === 0 ? "" : ` (${((100 * count) / lies).toFixed(0)} %)`);
  const rows: [string, string][] = [
    ["volunteers", `${volunteers}, of whom one in five lies and one in twenty replays; seed ${seed}`],
    ["study", `2 variants x ${seeds} seeds, deep linear network, 500 steps, batch 16`],
    ["the coordinator was killed (kill -9)", `${kills} times in ${Math.round(seconds / 60)} minutes`],
    ["volunteers vanished without a word", `${vanished} times`],
    ["calls tried again; leases lost meanwhile", `${outages}; ${lostLeases}`],
    ["runs finished with the undisturbed study's bits", `${sameRuns} of ${runs - liedRuns} that hold no lie`],
    ["accepted results that were lost", String(broken.filter((words) => words.startsWith("lost")).length)],
    ["results that count; voided", `${results}; ${voided}`],
    ["audits passed; contradicted; without a verdict", `${audits.passed}; ${audits.contradicted}; ${audits.unverified}`],
    ["another's results replayed; refused", `${replays}; ${replaysRefused}`],
    ["shards with a lie that were accepted at first", String(lies)],
    [
      "of them, lies whose interval was drawn",
      `${drawn}${share(drawn)}; theory: ${theory.expected.toFixed(1)}, 99.9 % within ${theory.low} to ${theory.high}`,
    ],
    ["lies that stand at the end", `${standing}${share(standing)}, in ${liedRuns} of ${runs} runs`],
    ["liars shown the door", String([...record.voided.values()].filter((who) => who === "liar").length)],
    ["honest volunteers voided", String([...record.voided.values()].filter((who) => who === "honest").length)],
    ["promises broken", String(broken.length)],
  ];
  return ["| what | how it went |", "| --- | --- |", ...rows.map(([what, how]) => `| ${what} | ${how} |`), ""].join("\n");
}

/** What the README quotes of the table: what was done, and what had to hold. */
const QUOTED = [
  ...["what", "volunteers", "the coordinator was killed", "runs finished", "accepted results", "another's results"],
  ...["shards with a lie", "of them", "lies that stand", "honest volunteers", "promises broken"],
];

/** The rows of a section that the README quotes. */
export const quoteOf = (table: string): string =>
  table
    .split("\n")
    .filter((line) => /^\| *-/.test(line) || QUOTED.some((begin) => line.startsWith(`| ${begin}`)))
    .join("\n");

/** Writes the table into the documentation, and what is quoted of it into the README. */
export async function putChaos(table: string): Promise<void> {
  await putSection("docs/chaos.md", "chaos", table);
  await putSection("README.md", "chaos", quoteOf(table));
}
