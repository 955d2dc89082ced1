/** Audits that a volunteer must have passed before any of its shards may go without one. */
const CERTAIN = 2;
/** However often it passed, this share of its shards is audited. */
const LEAST_RATE = 0.2;
/** Drawn intervals that a volunteer left unanswered (its lease ended, nothing was handed in) before every interval is drawn. */
const PATIENCE = 2;

/** What is known of a volunteer in an experiment. */
export interface TrackRecord {
  /** Audits passed since its last fault. */
  readonly passed: number;
  /** Drawn intervals that it never handed in. */
  readonly abandoned: number;
}

/** Where an interval lies: steps of its shard before it, its own, and the shard's. */
export interface Place {
  readonly before: number;
  readonly steps: number;
  readonly shardSteps: number;
}

/** Share of a volunteer's shards of which one interval is audited: all at first, then max(1/5, 1/sqrt(passed)). */
export const auditRate = (passed: number): number => (passed < CERTAIN ? 1 : Math.max(LEAST_RATE, 1 / Math.sqrt(passed)));

/**
 * Whether an interval is drawn, decided when it has been committed. Over a shard that is trained to its end one interval is drawn at most, each in
 * proportion to its length, and at rate 1 exactly one: the chance grows with what lies behind it undrawn.
 * @param drawnBefore an interval of this shard was drawn already  @param draw uniform in [0, 1), made after the commit
 */
export function isDrawn(
  { passed, abandoned }: TrackRecord,
  { before, steps, shardSteps }: Place,
  drawnBefore: boolean,
  draw: number,
): boolean {
  if (abandoned >= PATIENCE) return true;
  if (drawnBefore) return false;
  const rate = auditRate(passed);
  return draw < (rate * steps) / (shardSteps - rate * before);
}
