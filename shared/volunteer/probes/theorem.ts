import { kept, type Row, sumOf } from "./row.ts";
import type { Feed, ProbeSession } from "./session.ts";

/** Theorem 4.1 in training: ||dL/dy||^2 = (gamma / sigma)^2 (||g||^2 - <1, g>^2 / m - <g, yhat>^2 / m), summed over a layer's units. */
export async function theoremRow(session: ProbeSession, here: Feed): Promise<Row> {
  const terms = await session.numbers("theorem", here);
  const row: Row = {};
  session.models.valuesPerUnit.forEach((m, i) => {
    const layer = i + 1;
    const of = (name: string) => Float64Array.from(terms[`${name}${layer}`]!);
    const [outer, sum, dot, inner] = [of("outer"), of("sum"), of("dot"), of("inner")];
    const deviation = of("deviation");
    const scale = of("gamma").map((gamma, j) => gamma / deviation[j]!);
    const weighted = (values: Float64Array) => sumOf(values.map((x, j) => scale[j]! ** 2 * x));
    const first = weighted(outer);
    const meanTerm = weighted(sum.map((x) => (x * x) / m));
    const dotTerm = weighted(dot.map((x) => (x * x) / m));
    row[`meanShare.${layer}`] = kept(meanTerm / first);
    row[`dotShare.${layer}`] = kept(dotTerm / first);
    row[`dotPositive.${layer}`] = kept(dot.filter((x) => x > 0).length / dot.length);
    row[`scale.${layer}`] = kept(sumOf(scale) / scale.length);
    row[`residual.${layer}`] = kept(Math.abs(sumOf(inner) - (first - meanTerm - dotTerm)) / first);
  });
  return row;
}
