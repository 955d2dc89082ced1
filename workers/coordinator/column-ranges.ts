/** Least and greatest value that a measured quantity can have; rounding may pass a bound of a share by a thousandth. */
export type Range = readonly [low: number, high: number];

const ANY: Range = [-Infinity, Infinity];
const SIZE: Range = [0, Infinity];
const SHARE: Range = [0, 1.001];

/** By quantity, over all probes; what each of them is stands at `measurementColumns`. */
const RANGES: Readonly<Record<string, Range>> = {
  ...{ loss: SIZE, penalty: SIZE, norm: SIZE, normSum: SIZE, difference: SIZE, differenceSum: SIZE },
  ...{ l2: SIZE, cosine: [-1.001, 1.001], normAfter: SIZE },
  ...{ mean: ANY, meanNext: ANY, variance: SIZE, varianceNext: SIZE, meanMove: SIZE, varianceMove: SIZE },
  ...{ wasserstein: SIZE, deviation: SIZE },
  ...{ meanShare: SHARE, dotShare: SHARE, dotPositive: [0, 1], scale: ANY, residual: SIZE },
};

/** "random.loss@0.5" and "loss@2" measure `loss`, "cosine.5" measures `cosine`. */
const quantityOf = (column: string): string => column.replace(/^random\./, "").replace(/[@.].*$/, "");

export const isHistogram = (column: string): boolean => quantityOf(column) === "histogram";

/** @throws Error for a column that nobody gave a range */
export function rangeOf(column: string): Range {
  const range = RANGES[quantityOf(column)];
  if (!range) throw new Error(`${column}: got no range of ${quantityOf(column)}, want one for every column of numbers`);
  return range;
}

export function rangeText([low, high]: Range): string {
  if (high === Infinity) return low === -Infinity ? "a number" : `${low} or more`;
  return `${low} to ${high}`;
}
