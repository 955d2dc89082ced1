/** A chart's SVG made small for the page: what the page says itself is left out, and paths keep what can be seen. */
export function compactSvg(svg: string): string {
  return svg
    .replace(/ (?:role|aria-[a-z]+|class|pointer-events|font-family|xmlns:xlink|version|stroke-miterlimit)="[^"]*"/g, "")
    .replace(/ d="([^"]*)"/g, (_, path: string) => ` d="${compactPath(path)}"`)
    .replace(/ transform="translate\(0,0\)"/g, "")
    .replace(/(translate\([^)]*\))/g, (place) => rounded(place))
    .replace(/<g>(?=<)((?:<(?:path|text|rect|line)[^>]*>(?:[^<]*<\/(?:text)>|<\/(?:path|rect|line)>)?)*)<\/g>/g, "$1")
    .replace(/<path d="M0,0[hH][^"]*" (?:fill="none")?><\/path>/g, "");
}

const TOLERANCE = 0.25;

/** Straight lines are simplified to a quarter of a pixel; everything else is only rounded. */
function compactPath(path: string): string {
  if (!/^[MLZ\d.,eE\- ]*$/.test(path) || path.length < 60) return rounded(path);
  return path
    .split("M")
    .slice(1)
    .map((part) => {
      const closed = part.endsWith("Z");
      const points = part
        .replace("Z", "")
        .split("L")
        .map((pair) => pair.split(",").map(Number) as [number, number]);
      return relative(simplified(points)) + (closed ? "Z" : "");
    })
    .join("");
}

type XY = readonly [number, number];

/** Douglas and Peucker's: drops points that lie within the tolerance of the line between those that are kept. */
function simplified(points: readonly XY[]): readonly XY[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 3) return points;
  const distances = points.map((point) => distance(point, first, last));
  const far = distances.reduce((best, one, index) => (one > distances[best]! ? index : best), 0);
  if (distances[far]! <= TOLERANCE) return [first, last];
  return [...simplified(points.slice(0, far + 1)), ...simplified(points.slice(far)).slice(1)];
}

function distance([x, y]: XY, [x0, y0]: XY, [x1, y1]: XY): number {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length === 0) return Math.hypot(x - x0, y - y0);
  return Math.abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length;
}

/** Points as steps from one to the next, in tenths of a pixel. */
function relative(points: readonly XY[]): string {
  let [x, y] = [0, 0];
  return points
    .map(([px, py], index) => {
      const [tx, ty] = [Math.round(px * 10), Math.round(py * 10)];
      const [dx, dy] = [tx - x, ty - y];
      [x, y] = [tx, ty];
      return `${index === 0 ? "M" : index === 1 ? "l" : dx < 0 ? "" : " "}${tenths(dx)}${dy < 0 ? "" : ","}${tenths(dy)}`;
    })
    .join("");
}

const tenths = (value: number) => String(value / 10).replace(/^(-?)0\./, "$1.");

const rounded = (text: string) =>
  text.replace(/-?\d+\.\d{2,}(?:e-?\d+)?/g, (number) => String(Math.round(Number(number) * 10) / 10));
