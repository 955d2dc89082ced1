/** What the platform charges beyond its monthly allowances, US dollars, as published in November 2026. */
const PRICES = {
  perMillionRequests: 0.3,
  perMillionCpuMs: 0.02,
  perMillionObjectRequests: 0.15,
  perMillionRowsWritten: 1.0,
  perMillionKvReads: 0.5,
  perMillionKvWrites: 5.0,
  perMillionStored: 4.5,
  perMillionLooked: 0.36,
  /** Messages that come in over a socket are counted as so many for one request. */
  messagesPerObjectRequest: 20,
} as const;

/** What the free plan gives in a day. */
const FREE_A_DAY = {
  requests: 100_000,
  objectRequests: 100_000,
  rowsWritten: 100_000,
  kvReads: 100_000,
  kvWrites: 1_000,
  stored: 1_000_000 / 30,
} as const;

/** What one accepted result takes of the platform. */
export interface Use {
  /** Requests to the Worker. */
  readonly requests: number;
  readonly cpuMs: number;
  readonly objectRequests: number;
  readonly rowsWritten: number;
  readonly kvReads: number;
  /** Objects put into R2, and looked at there. */
  readonly stored: number;
  readonly looked: number;
}

/** Dollars for a million of them, by what is paid for. */
export function costOfAMillion(use: Use): Record<"requests" | "CPU" | "objects" | "rows" | "KV" | "R2", number> {
  return {
    requests: use.requests * PRICES.perMillionRequests,
    CPU: use.cpuMs * PRICES.perMillionCpuMs,
    objects: use.objectRequests * PRICES.perMillionObjectRequests,
    rows: use.rowsWritten * PRICES.perMillionRowsWritten,
    KV: use.kvReads * PRICES.perMillionKvReads,
    R2: use.stored * PRICES.perMillionStored + use.looked * PRICES.perMillionLooked,
  };
}

/** Results that a day of the free plan has room for, by what binds first. */
export function freeResults(use: Use): { readonly results: number; readonly binds: string }[] {
  const limits: readonly [binds: string, room: number, each: number][] = [
    ["requests", FREE_A_DAY.requests, use.requests],
    ["requests to objects", FREE_A_DAY.objectRequests, use.objectRequests],
    ["rows written", FREE_A_DAY.rowsWritten, use.rowsWritten],
    ["KV reads", FREE_A_DAY.kvReads, use.kvReads],
    ["objects stored in R2", FREE_A_DAY.stored, use.stored],
  ];
  return limits
    .map(([binds, room, each]) => ({ binds, results: each === 0 ? Infinity : Math.floor(room / each) }))
    .toSorted((a, b) => a.results - b.results);
}
