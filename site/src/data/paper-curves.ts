/** A digitised curve of the paper: accuracy as a fraction; steps as read from the figure, the start moved to 0. */
export interface PaperCurve {
  readonly step: readonly number[];
  readonly accuracy: readonly number[];
}

/** By name of the file in shared/paper/curves, for example `fig1a_train_bn_lr0.1`. */
export type PaperCurves = Readonly<Record<string, PaperCurve>>;

/**
 * Reads `step,value` lines, value in percent.
 * @throws RangeError naming the line that is not two numbers
 */
export function parseCurve(csv: string): PaperCurve {
  const step: number[] = [];
  const accuracy: number[] = [];
  for (const [index, line] of csv.trim().split(/\r?\n/).slice(1).entries()) {
    const [x, y] = line.split(",").map(Number);
    if (x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) {
      throw new RangeError(`curve, line ${index + 2}: got ${JSON.stringify(line)}, want step,value`);
    }
    step.push(Math.max(0, x));
    accuracy.push(y / 100);
  }
  return { step, accuracy };
}

/** The curve's value at a step: the digitising dropped collinear points, so between two points it is a straight line. Null outside. */
export function valueAt(curve: PaperCurve, step: number): number | null {
  const right = curve.step.findIndex((x) => x >= step);
  if (right < 0) return null;
  const [x1, y1] = [curve.step[right]!, curve.accuracy[right]!];
  if (x1 === step || right === 0) return x1 === step ? y1 : null;
  const [x0, y0] = [curve.step[right - 1]!, curve.accuracy[right - 1]!];
  return y0 + ((y1 - y0) * (step - x0)) / (x1 - x0);
}
