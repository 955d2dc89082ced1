import type { Provider } from "../../shared/protocol/lease.ts";

/** Names of the experiments that may have shards. */
export interface Offer {
  readonly own: readonly string[];
  readonly reruns: readonly string[];
  /** Those whose numbers are float64. */
  readonly float64: ReadonlySet<string>;
}

/**
 * In which order experiments are asked for a shard.
 *
 * The first kind is drawn: half of the time one of the study's own experiments, half of the time one of the reruns (each equally likely
 * within its kind), then the rest in turn. So somebody who asked for a rerun sees it move at once, the study keeps at least half of what is
 * donated, and no experiment starves, since each is first with a positive chance. One without open work costs nothing but a question.
 *
 * Within a kind, devices do what suits them: browsers without a GPU take float64 first (small networks, quick on a processor), those with
 * one are asked for it last, to be told why they cannot.
 * @param draws two numbers, uniform in [0, 1)
 */
export function experimentOrder({ own, reruns, float64 }: Offer, provider: Provider, draws: readonly [number, number]): string[] {
  const [kind, position] = draws;
  const turn = (ids: readonly string[]) => {
    const start = Math.floor(position * ids.length);
    const inTurn = [...ids.slice(start), ...ids.slice(0, start)];
    if (provider === "cpu") return inTurn;
    const suits = (id: string) => float64.has(id) === (provider === "wasm");
    return [...inTurn.filter(suits), ...inTurn.filter((id) => !suits(id))];
  };
  return kind < 0.5 ? [...turn(own), ...turn(reruns)] : [...turn(reruns), ...turn(own)];
}
