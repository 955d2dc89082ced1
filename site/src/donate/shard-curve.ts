/** Size of a shard's little chart in its own units. */
export const CURVE = { width: 320, height: 120 } as const;

/** A number that has the room of five characters at an axis: 2.5, 54.6K. */
export const axisNumber = (x: number): string =>
  x.toLocaleString("en", { notation: "compact", minimumFractionDigits: x < 100 ? 1 : 0, maximumFractionDigits: 1 });

/**
 * The path of a curve in a box of CURVE's size.
 * @param points in data units; a null value breaks the line
 * @param xRange @param yRange the data at the box's edges
 */
export function curvePath(
  points: readonly { readonly x: number; readonly y: number | null }[],
  xRange: readonly [number, number],
  yRange: readonly [number, number],
): string {
  const across = (x: number) => (CURVE.width * (x - xRange[0])) / Math.max(1e-9, xRange[1] - xRange[0]);
  const up = (y: number) =>
    CURVE.height * (1 - Math.min(1, Math.max(0, (y - yRange[0]) / Math.max(1e-9, yRange[1] - yRange[0]))));
  let pen = "M";
  return points
    .map(({ x, y }) => {
      if (y === null) {
        pen = "M";
        return "";
      }
      const command = `${pen}${across(x).toFixed(1)} ${up(y).toFixed(1)}`;
      pen = "L";
      return command;
    })
    .join("");
}
