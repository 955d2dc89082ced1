import { ownIn, type OwnRun } from "../figures/own-runs.ts";
import type { Panel } from "../figures/figure.ts";
import { plural } from "../words.ts";

/** In the key: "yours, in 2 runs: seeds 3 and 7". */
export function ownKey(own: readonly OwnRun[]): string {
  const seeds = [...new Set(own.map(({ seed }) => seed))].sort((a, b) => a - b);
  const [last, ...before] = seeds.map(String).reverse();
  const list = before.length === 0 ? `seed ${last}` : `seeds ${before.reverse().join(", ")} and ${last}`;
  return `yours, in ${plural(own.length, "run")}: ${list}`;
}

/** For who cannot see the panel: which of its curves are the volunteer's, and where along them. */
export function ownAlt(panel: Panel, own: readonly OwnRun[]): string {
  const runs = ownIn([panel], own).map(({ experiment, variant, seed, stretches }) => {
    const name = panel.arms?.find((arm) => arm.experiment === experiment && arm.variant === variant)?.name ?? variant;
    return `${name}, seed ${seed}, steps ${stretches.map(([from, to]) => `${from} to ${to}`).join(" and ")}`;
  });
  return runs.length === 0 ? "" : ` Yours, drawn strongest: ${runs.join("; ")}.`;
}
