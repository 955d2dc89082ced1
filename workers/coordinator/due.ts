import type { Fault } from "./fault.ts";

/** Multiples of `every` in [from, to]; none where `every` is null. */
export function multiples(every: number | null, from: number, to: number): number[] {
  if (every === null) return [];
  const steps: number[] = [];
  for (let step = Math.ceil(from / every) * every; step <= to; step += every) steps.push(step);
  return steps;
}

/**
 * A column of steps holds exactly the due ones. In a run that diverged at step d, a row of d itself may stand there or not, since whether
 * d was due has nothing to do with the divergence.
 */
export function checkSteps(path: string, got: readonly number[], due: readonly number[], divergedAt: number | null): Fault[] {
  const steps = divergedAt !== null && got.at(-1) === divergedAt ? got.slice(0, -1) : got;
  const wrong = due.findIndex((step, i) => steps[i] !== step);
  if (wrong >= 0) return [{ path: `${path}[${wrong}]`, message: `got ${steps[wrong] ?? "no more rows"}, want ${due[wrong]}` }];
  if (steps.length === due.length) return [];
  return [{ path: `${path}[${due.length}]`, message: `got ${steps[due.length]}, want no more than ${due.length} rows` }];
}
