/** One run of one experiment, and where along it if that matters. */
export interface RunPlace {
  readonly experiment: string;
  readonly variant: string;
  readonly seed: number;
  readonly step: number | null;
}

/** The run's own address: "/runs#training-1a2b/batchnorm-lr0.1.s3@400", with the step only where a point is meant. */
export const runAddress = ({ experiment, variant, seed, step }: RunPlace): string =>
  `/runs#${experiment}/${variant}.s${seed}${step === null ? "" : `@${step}`}`;

/** What an address's hash names; null where it names no run. */
export function runPlace(hash: string): RunPlace | null {
  const [, experiment, variant, seed, step] = /^#([^/@]+)\/([^/@]+)\.s(\d+)(?:@(\d+))?$/.exec(decodeURI(hash)) ?? [];
  if (experiment === undefined || variant === undefined) return null;
  return { experiment, variant, seed: Number(seed), step: step === undefined ? null : Number(step) };
}
