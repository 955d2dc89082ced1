import type { LeaseHint } from "../../shared/protocol/lease-hint.ts";
import type { Provider } from "../../shared/protocol/lease.ts";

/** Names of the experiments that may have shards. */
export interface Offer {
  readonly own: readonly string[];
  readonly reruns: readonly string[];
  /** Those whose numbers are float64. */
  readonly float64: ReadonlySet<string>;
}

/** A question to one experiment: for one of these runs, best first; null: for any, in the order of its plan. */
export interface Turn {
  readonly experiment: string;
  readonly runs: readonly { readonly variant: string; readonly seed: number }[] | null;
}

/** Questions that a lease asks by the hint at most, before it takes what the plans' order gives. */
const MOST_HINTED = 6;
/** Share of leases that go round the claims instead of to the one nearest to its verdict. */
const ROUND_ROBIN_SHARE = 0.2;

/**
 * Whom a lease asks, one after the other, until one has a shard.
 *
 * The first kind is drawn: half of the time the study's own experiments, half of the time the reruns. So somebody who asked for a rerun sees it move at
 * once, the study keeps at least half of what is donated, and no experiment starves. Within the study the runs come first that claims wait for most; one lease
 * in five takes those whose turn it is instead, and what the hint does not know comes in the plans' order.
 *
 * Devices do what suits them: browsers without a GPU take float64 first (small networks, quick on a processor), those with one are asked for it last, to be told
 * why they cannot.
 * @param hint of this deployment's study, where there is one  @param draws three numbers, uniform in [0, 1)
 */
export function leaseOrder(
  offer: Offer,
  hint: LeaseHint | null,
  provider: Provider,
  draws: readonly [number, number, number],
): Turn[] {
  const [kind, position, robin] = draws;
  const { own, reruns, float64 } = offer;
  const suits = (id: string) => float64.has(id) === (provider === "wasm");
  const first = <T>(all: readonly T[], test: (one: T) => boolean) => [...all.filter(test), ...all.filter((one) => !test(one))];
  const inTurn = (ids: readonly string[]): Turn[] => {
    const start = Math.floor(position * ids.length);
    const turned = [...ids.slice(start), ...ids.slice(0, start)];
    return (provider === "cpu" ? turned : first(turned, suits)).map((experiment) => ({ experiment, runs: null }));
  };
  const ranked = first(hint?.pairs ?? [], ({ why }) => (why === "round-robin") === robin < ROUND_ROBIN_SHARE);
  const runs = ranked.flatMap((pair) => pair.runs).filter(({ experiment }) => own.includes(experiment));
  const can =
    provider === "cpu"
      ? runs
      : provider === "wasm"
        ? first(runs, (run) => suits(run.experiment))
        : runs.filter((run) => suits(run.experiment));
  const study = [...grouped(can).slice(0, MOST_HINTED), ...inTurn(own)];
  return kind < 0.5 ? [...study, ...inTurn(reruns)] : [...inTurn(reruns), ...study];
}

/** Neighbours of one experiment are one question. */
function grouped(runs: LeaseHint["pairs"][number]["runs"]): Turn[] {
  const turns: { experiment: string; runs: { variant: string; seed: number }[] }[] = [];
  for (const { experiment, variant, seed } of runs) {
    const last = turns.at(-1);
    if (last?.experiment === experiment) last.runs.push({ variant, seed });
    else turns.push({ experiment, runs: [{ variant, seed }] });
  }
  return turns;
}
