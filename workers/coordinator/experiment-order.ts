/**
 * In which order experiments are asked for a shard.
 *
 * The first is drawn: half of the time one of the study's own experiments, half of the time one of the reruns (each equally likely within
 * its kind), then the rest in turn. So somebody who asked for a rerun sees it move at once, the study keeps at least half of what is
 * donated, and no experiment starves, since each is first with a positive chance. One without open work costs nothing but a question.
 * @param draws two numbers, uniform in [0, 1)
 */
export function experimentOrder(own: readonly string[], reruns: readonly string[], draws: readonly [number, number]): string[] {
  const [kind, position] = draws;
  const turn = (ids: readonly string[]) => {
    const start = Math.floor(position * ids.length);
    return [...ids.slice(start), ...ids.slice(0, start)];
  };
  return kind < 0.5 ? [...turn(own), ...turn(reruns)] : [...turn(reruns), ...turn(own)];
}
