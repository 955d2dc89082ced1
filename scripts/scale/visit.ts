/** The median of a visit, in seconds. */
const MEDIAN = 300;

/** How long somebody stays, in seconds: log-normal. @param random uniform in [0, 1) */
export function visitSeconds(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return MEDIAN * Math.exp(normal);
}

/** Uniform numbers in [0, 1), the same in every simulation (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
