import { median } from "../bench/numbers.ts";

/** Memory of one process at one time. */
export interface Sample {
  readonly minute: number;
  readonly bytes: number;
  /** What it trained then, of a process that is given another network every few minutes and holds much more with some than with others. */
  readonly network?: string | undefined;
}

/** What a process held over one life, from its start to its end. */
export type Life = readonly Sample[];

export interface Growth {
  /** MB (a million bytes) a minute: the median of the slopes between any two samples of one life and network, which single jumps do not move (Theil and Sen). */
  readonly mbPerMinute: number;
  readonly medianMb: number;
  readonly largestMb: number;
  readonly samples: number;
}

/** How a process grew once it was warm; null: it never lived that long. @param warmMinutes of each life, left out */
export function growthOf(lives: readonly Life[], warmMinutes: number): Growth | null {
  const warm = lives.map((life) => life.filter(({ minute }) => minute - (life[0]?.minute ?? 0) >= warmMinutes));
  const slopes = warm.flatMap((life) =>
    life.flatMap((a, i) =>
      life
        .slice(i + 1)
        .filter(({ network }) => network === a.network)
        .map((b) => (b.bytes - a.bytes) / 1e6 / (b.minute - a.minute)),
    ),
  );
  const sizes = warm.flat().map(({ bytes }) => bytes / 1e6);
  if (slopes.length === 0) return null;
  return {
    mbPerMinute: median(slopes),
    medianMb: median(sizes),
    largestMb: Math.max(...sizes),
    samples: sizes.length,
  };
}

/** MB a minute that a process may grow by and still count as flat: 30 MB in an hour. */
export const FLAT_BELOW = 0.5;

/** Minutes of each life that do not count: models are compiled, caches filled, and ONNX Runtime's arenas grow to the largest network. */
export const WARM_MINUTES = 5;

/** From so many minutes on each life is warm for long enough to tell a leak from noise; in less, growth is shown and not judged. */
export const JUDGED_FROM = 30;
