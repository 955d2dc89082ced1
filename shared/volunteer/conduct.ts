/** How the volunteer wants it done. It may change at any time, and no number that is handed in depends on it. */
export interface Conduct {
  /** Share of the time that may be spent computing, in (0, 1]. */
  readonly duty: number;
  /** Why nothing may run now, in words; null: it may. A rule of the volunteer's, not the pause button. */
  readonly hold: string | null;
  /** Stop when the shard in hand has been handed in. */
  readonly isLastShard: boolean;
  /** Somebody looks: then the network is asked about a few images now and then. */
  readonly isWatched: boolean;
}

export const FREELY: Conduct = { duty: 1, hold: null, isLastShard: false, isWatched: false };
