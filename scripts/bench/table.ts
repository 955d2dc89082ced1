import { type NetworkWork } from "./contestant.ts";
import { shareOfPeak } from "./flops.ts";
import { medianOf, type Times, title } from "./race.ts";

/** One race: what was done and how long each took. */
export interface Raced {
  readonly work: Omit<NetworkWork, "batchSize">;
  readonly times: readonly Times[];
}

/** Markdown: a row for each contestant, a column for each network; in a cell milliseconds and the share of the runtime's own peak. */
export function table(peaks: readonly Times[], races: readonly Raced[], productFlops: number): string {
  const header = ["", "peak, GFLOP/s", ...races.map(({ work }) => title(work))];
  const rows = peaks.map((peak, i) => {
    // A peak is the fastest product, not the usual one.
    const gflops = "ms" in peak ? productFlops / Math.min(...peak.ms) / 1e6 : null;
    const cells = races.map(({ work, times }) => {
      const ms = medianOf(times[i]!);
      if (ms === null) return "-";
      const full = { ...work, batchSize: peak.contestant.batchSize };
      return `${show(ms)} ms${gflops === null ? "" : ` (${Math.round(100 * shareOfPeak(full, ms, gflops))} %)`}`;
    });
    return [peak.contestant.name, gflops === null ? "-" : show(gflops), ...cells];
  });
  return [header, header.map((_, i) => (i === 0 ? "---" : "--:")), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** How many times longer `slow` takes than `fast`, for each network: "VGG-11 ...: 3.2, ..."; networks that one of them lacks are left out. */
export function ratios(races: readonly Raced[], slow: string, fast: string): string {
  const parts = races.flatMap(({ work, times }) => {
    const [a, b] = [slow, fast].map((name) => {
      const found = times.find(({ contestant }) => contestant.name.startsWith(name));
      return found ? medianOf(found) : null;
    });
    return a === null || b === null || a === undefined || b === undefined ? [] : [`${title(work)}: ${(a / b).toFixed(2)}`];
  });
  return parts.length === 0 ? "not measured" : parts.join("; ");
}

/** What failed, in its own words. */
export const failures = (all: readonly Times[]): string[] => [
  ...new Set(all.flatMap((times) => ("failed" in times ? [`${times.contestant.name}: ${times.failed}`] : []))),
];

const show = (n: number): string => (n >= 100 ? n.toFixed(0) : n.toPrecision(3));
