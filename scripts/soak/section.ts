import { markdown } from "../bench/table.ts";
import { measuredOn, putSection } from "../bench/document.ts";
import type { Disturbance } from "./disturbances.ts";
import { FLAT_BELOW, type Growth, JUDGED_FROM } from "./growth.ts";

/** What a long run came to. */
export interface Soaked {
  readonly minutes: number;
  readonly warmMinutes: number;
  /** Percent of the time that each of them might compute. */
  readonly duty: number;
  readonly disturbances: readonly { readonly what: Disturbance; readonly minute: number }[];
  readonly growth: readonly { readonly name: string; readonly lives: number; readonly growth: Growth | null }[];
  /** Stored at the end, after a last kill: results, their steps, and intervals that were trained again. */
  readonly results: number;
  readonly steps: number;
  readonly audits: number;
  /** Why results were voided, though everybody was honest. */
  readonly voided: readonly string[];
  /** Hand-ins of shards and of audits of which the volunteers know that they were accepted. */
  readonly acknowledged: number;
  /** Leases whose result stood in the store once and does not now. */
  readonly missing: readonly string[];
  /** Why the page was not training at the end, or could not be stopped, or could not be begun again; null: it did as it should. */
  readonly pageTrouble: string | null;
  /** Begun runs that were asked for at the end, and those that could not be had. */
  readonly asked: number;
  readonly stuck: readonly string[];
  /** Of the snapshot that was merged again from the results and had the same bytes; 0: there were none. */
  readonly recomputedBytes: number;
}

/** Within an hour at a volunteer's pace it does not become warm: what it grows by is shown, and `npm run soak -- --coordinator` judges it by results. */
const STILL_WARMING = "workerd";

/** What was to hold, and whether it did. */
export function verdictsOf(soaked: Soaked): { readonly holds: boolean; readonly words: string }[] {
  const { minutes, growth, results, audits, acknowledged, missing, voided, pageTrouble, asked, stuck, recomputedBytes } = soaked;
  const judged = growth.filter(({ name }) => name !== STILL_WARMING);
  const leaks = judged.filter(({ growth: grown }) => grown !== null && grown.mbPerMinute > FLAT_BELOW);
  const flat = `neither the Worker nor a volunteer, page or auditor grows by more than ${FLAT_BELOW} MB a minute once it is warm${leaks.map(({ name }) => `; ${name} does`).join("")}`;
  return [
    ...(minutes < JUDGED_FROM ? [] : [{ holds: leaks.length === 0, words: flat }]),
    { holds: stuck.length === 0, words: `no stuck run: each of the ${asked} begun runs can be leased${list(stuck)}` },
    {
      holds: results > 0 && missing.length === 0 && acknowledged <= results + audits,
      words: `no lost result: ${acknowledged} hand-ins were acknowledged, ${results} results and ${audits} audits are stored; what stood in the store once stands at the end${list(missing)}`,
    },
    { holds: voided.length === 0, words: `no result is voided, for everybody is honest${list(voided)}` },
    { holds: recomputedBytes > 0, words: `the snapshot (${recomputedBytes} bytes) is its recomputation, byte for byte` },
    {
      holds: pageTrouble === null,
      words: `the page trains until it is stopped${pageTrouble === null ? "" : `; not: ${pageTrouble}`}`,
    },
  ];
}

export function soakTable(soaked: Soaked): string {
  const { minutes, duty, warmMinutes, disturbances, growth, results, steps, audits } = soaked;
  const rows = growth.map(({ name, lives, growth: grown }) => [
    ...[name, String(lives)],
    ...(grown
      ? [String(grown.samples), grown.medianMb.toFixed(0), grown.largestMb.toFixed(0), signed(grown.mbPerMinute)]
      : ["0", "-", "-", "-"]),
  ]);
  const header = ["memory", "lives", "samples", "median, MB", "most, MB", "growth, MB a minute"];
  const kills = disturbances.map(({ what, minute }) => `${what} in minute ${minute.toFixed(0)}`).join(", ");
  return `${markdown([header, ...rows])}

${minutes} minutes, in ${duty} % of which each might compute; ${results} results with ${steps} steps were accepted, and ${audits} of their intervals trained again. Killed with \`kill -9\`: ${kills}, and the coordinator once more after the volunteers had left. Growth is the median slope between any two samples of one life (Theil and Sen), of what runs on native code between those in which it trained the same network, without its first ${warmMinutes} minutes${minutes < JUDGED_FROM ? `, and judged only in runs of ${JUDGED_FROM} minutes or more` : ""}; garbage is collected before the Worker, its process and the page are looked at.

${verdictsOf(soaked)
  .map(({ holds, words }) => `- ${holds ? "Held" : "**Did not hold**"}: ${words}.`)
  .join("\n")}`;
}

/** Writes what came of it into the documentation, and what held and what did not into the README. */
export async function putSoak(soaked: Soaked): Promise<void> {
  const command = `npm run soak -- --minutes ${soaked.minutes}${soaked.duty === 100 ? "" : ` --duty ${soaked.duty}`}`;
  await putSection("docs/soak.md", "soak", `${soakTable(soaked)}\n\n${measuredOn(command)}`);
  await putSection("README.md", "soak", quoteOf(soakTable(soaked)));
}

export const putControl = (table: string): Promise<void> =>
  putSection("docs/soak.md", "control", `${table}\n\n${measuredOn("npm run soak -- --control")}`);

export const putByResults = (table: string): Promise<void> =>
  putSection("docs/soak.md", "coordinator", `${table}\n\n${measuredOn("npm run soak -- --coordinator")}`);

export const putNetworks = (table: string): Promise<void> =>
  putSection("docs/soak.md", "networks", `${table}\n\n${measuredOn("npm run soak -- --networks")}`);

/** What the README quotes of a section. */
export const quoteOf = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.startsWith("- "))
    .join("\n");

const signed = (n: number): string => `${n >= 0 ? "+" : "−"}${Math.abs(n).toFixed(2)}`;

const list = (names: readonly string[]): string => (names.length > 0 ? `; not: ${names.slice(0, 5).join(", ")}` : "");
