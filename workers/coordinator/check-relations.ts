import type { Measurement } from "../../shared/protocol/measurements.ts";
import type { ProbeName } from "../../shared/protocol/probes.ts";
import type { Series } from "../../shared/protocol/result.ts";
import type { Fault } from "./fault.ts";

/** A number that others bound; one that is missing or null bounds nothing. */
interface Bound {
  readonly column: string;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly because: string;
}

/** Number of a column in the row at hand; undefined where it is missing or null. */
type Row = (column: string) => number | undefined;

/** Room for six digits and float32. */
const ROUNDING = 1e-3;

/** Numbers of one measurement that bound each other, row by row. */
export function checkRelations(path: string, probe: ProbeName, { step, columns }: Measurement, training: Series): Fault[] {
  const names = Object.keys(columns);
  return step.flatMap((at, i) => {
    const row: Row = (column) => asNumber(columns[column]?.[i]);
    const bounds = (): Bound[] => {
      switch (probe) {
        case "landscape":
          return landscapeBounds(names, row, asNumber(training.loss[training.step.indexOf(at)]));
        case "shift":
          return shiftBounds(names, row);
        case "activations":
          return activationBounds(names, row, (column) => columns[column]?.[i]);
        case "theorem":
          return [];
      }
    };
    return bounds().flatMap((bound) => checkBound(`${path}["${bound.column}"][${i}]`, row(bound.column), bound));
  });
}

function landscapeBounds(names: readonly string[], row: Row, recorded: number | undefined): Bound[] {
  const sums = names.filter((name) => name.includes("differenceSum"));
  return [
    { column: "normSum", low: row("norm"), because: "no less than norm" },
    ...sums.map((column) => ({ column, low: row(column.replace("Sum", "")), because: "no less than the norm of the whole" })),
    // The probe has a model of its own, so the losses are near each other, not the same.
    ...(recorded === undefined
      ? []
      : [{ column: "loss", low: recorded * 0.95 - 1e-4, high: recorded * 1.05 + 1e-4, because: "this step's training loss" }]),
  ];
}

function shiftBounds(names: readonly string[], row: Row): Bound[] {
  return layersOf("l2", names).flatMap((layer) => {
    const [norm, after] = [row(`norm.${layer}`), row(`normAfter.${layer}`)];
    if (norm === undefined || after === undefined) return [];
    const because = "norm and normAfter are the other sides of a triangle";
    return [{ column: `l2.${layer}`, low: Math.abs(norm - after), high: norm + after, because }];
  });
}

function activationBounds(names: readonly string[], row: Row, cell: (column: string) => unknown): Bound[] {
  return layersOf("histogram", names).flatMap((layer) => {
    const variance = row(`variance.${layer}`);
    const root = variance === undefined ? undefined : Math.sqrt(variance);
    const ends = cell(`histogram.${layer}`);
    const [low, high] = Array.isArray(ends) ? ends.map(asNumber) : [];
    return [
      { column: `mean.${layer}`, low, high, because: "the ends of its histogram" },
      { column: `deviation.${layer}`, low: root, high: root, because: "the root of variance" },
    ];
  });
}

function checkBound(path: string, value: number | undefined, { low, high, because }: Bound): Fault[] {
  if (value === undefined) return [];
  const room = ROUNDING * Math.max(Math.abs(value), Math.abs(low ?? 0), Math.abs(high ?? 0));
  if ((low ?? value) <= value + room && (high ?? value) >= value - room) return [];
  const shown = (number: number) => Number(number.toPrecision(6));
  const ends = [low === undefined ? "" : `${shown(low)} or more`, high === undefined ? "" : `${shown(high)} or less`];
  return [{ path, message: `got ${value}, want ${ends.filter(Boolean).join(" and ")} (${because})` }];
}

const layersOf = (quantity: string, names: readonly string[]): string[] =>
  names.filter((name) => name.startsWith(`${quantity}.`)).map((name) => name.slice(quantity.length + 1));

const asNumber = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
