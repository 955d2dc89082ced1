import { nameOf, type NetworkWork, sizeOf } from "./contestant.ts";
import { flops } from "./flops.ts";
import { QUIET } from "./quiet.ts";
import { type Entry, medianMs, medianProcessorMs, type Race } from "./race.ts";

type Network = Omit<NetworkWork, "batchSize">;

/** GFLOP/s of the fastest plain product of each machinery: by the clock, and by processor time (for one thread). */
export type Peaks = ReadonlyMap<string, { readonly clock: number; readonly processor: number }>;

export function peaksOf(products: Race): Peaks {
  const peaks = new Map<string, { clock: number; processor: number }>();
  const { task } = products;
  if (task.kind !== "product") throw new Error("bench: got the race of a network, want a plain product's");
  for (const { machinery, ms, processorMs } of products.entries) {
    const before = peaks.get(machinery) ?? { clock: 0, processor: 0 };
    const fastest = (times: readonly number[]) => (times.length === 0 ? 0 : flops(task) / Math.min(...times) / 1e6);
    const [clock, processor] = [fastest(ms), fastest(processorMs)];
    peaks.set(machinery, { clock: Math.max(clock, before.clock), processor: Math.max(processor, before.processor) });
  }
  return peaks;
}

/** Under load the processor's own time counts, where it is known: a step is as much work as ever, only spread over a longer time. */
const isByProcessor = (race: Race, { processorMs }: Entry): boolean => race.busy > QUIET && processorMs.length > 0;

/** Several threads under load say nothing: who waits for a thread that others keep from running spins meanwhile. */
const isBlurred = (race: Race, { machinery }: Entry): boolean => race.busy > QUIET && / threads$/.test(machinery);

function usualMs(race: Race, entry: Entry): number | null {
  if (isBlurred(race, entry)) return null;
  return isByProcessor(race, entry) ? medianProcessorMs(entry) : medianMs(entry);
}

/** Markdown: a table for each size of network, a row for each contestant, three columns for each normalization. */
export function tables(peaks: Peaks, races: readonly Race[]): string {
  const sizes = new Map<string, Race[]>();
  for (const race of races) {
    const size = sizeOf(networkOf(race));
    sizes.set(size, [...(sizes.get(size) ?? []), race]);
  }
  return [...sizes].map(([size, group]) => `### ${size}\n\n${table(peaks, group)}`).join("\n\n");
}

function table(peaks: Peaks, races: readonly Race[]): string {
  const { batchSize } = races[0]!.entries[0]!;
  const header = ["", ...races.flatMap((race) => [`${normalization(race)}, ms`, "of peak", "against this trainer"])];
  const rows = races[0]!.entries.map(({ name }) => [name, ...races.flatMap((race) => cells(peaks, race, name))]);
  const notes = races.map((race) => {
    const gflop = flops({ ...networkOf(race), batchSize }) / 1e9;
    return `${normalization(race)}: ${show(gflop)} GFLOP a step${load(race)}`;
  });
  return `${markdown([header, ...rows])}\n\n${notes.join("; ")}.`;
}

/** Milliseconds (* under load), share of the machinery's peak, and the ratio to this trainer on the same machinery. */
function cells(peaks: Peaks, race: Race, name: string): string[] {
  const entry = race.entries.find((each) => each.name === name);
  const ms = entry ? usualMs(race, entry) : null;
  if (entry === undefined || ms === null) return ["-", "-", "-"];
  const peak = peaks.get(entry.machinery)?.[isByProcessor(race, entry) ? "processor" : "clock"];
  const own = race.entries.find(({ isOurs, machinery }) => isOurs && machinery === entry.machinery);
  const ours = own && own !== entry ? usualMs(race, own) : null;
  const work = { ...networkOf(race), batchSize: entry.batchSize };
  return [
    `${show(ms)}${race.busy > QUIET ? " \\*" : ""}`,
    peak ? `${Math.round((100 * flops(work)) / (ms * 1e6) / peak)} %` : "-",
    ours === null || ours === undefined ? "" : `x ${(ms / ours).toFixed(2)}`,
  ];
}

/** The README's: contestants of both fields on the chosen networks, milliseconds and ratios. */
export function summary(races: readonly Race[], chosen: (work: Network) => boolean): string {
  const shown = races.filter((race) => chosen(networkOf(race)));
  const names = [...new Set(shown.map((race) => nameOf(networkOf(race))))];
  const header = ["one training step, ms", "batch", ...names];
  const entries = [...new Map(shown.flatMap((race) => race.entries.map((entry) => [entry.name, entry] as const))).values()];
  const rows = entries.flatMap(({ name, batchSize }) => {
    const times = names.map((network) => {
      const race = shown.find((each) => nameOf(networkOf(each)) === network && each.entries.some((entry) => entry.name === name));
      const [ms, , ratio] = race ? cells(new Map(), race, name) : ["-"];
      return ratio ? `${ms} (${ratio})` : ms!;
    });
    return times.every((time) => time === "-") ? [] : [[name, String(batchSize), ...times]];
  });
  return markdown([header, ...rows]);
}

/** Peaks in words. */
export const peakWords = (peaks: Peaks): string =>
  [...peaks]
    .map(([machinery, { clock, processor }]) => `${machinery} ${show(clock)}${processor > 0 ? ` (${show(processor)})` : ""}`)
    .join("; ");

/** What failed or was left out, in its own words. */
export const failures = (races: readonly Race[]): string[] => [
  ...new Set(
    races.flatMap(({ task, entries }) =>
      entries.flatMap(({ name, failed }) =>
        failed === null ? [] : [`${name}, ${task.kind === "product" ? "plain product" : nameOf(task)}: ${failed}`],
      ),
    ),
  ),
];

export const markdown = ([header, ...rows]: readonly (readonly string[])[]): string =>
  [header!, header!.map((_, i) => (i === 0 ? "---" : "--:")), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** Three digits that count. */
export const show = (n: number): string => (n >= 100 ? n.toFixed(0) : n.toPrecision(3));

export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

const normalization = (race: Race): string => (networkOf(race).normalization === "batch" ? "BatchNorm" : "none");

const load = ({ busy }: Race): string =>
  busy > QUIET ? `, \\* measured while others used ${percent(busy)} of the processors` : "";

function networkOf({ task }: Race): Network {
  if (task.kind !== "step") throw new Error("bench: got the race of a plain product, want a network's");
  return task;
}
