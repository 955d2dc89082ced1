import { again, type Idle, isForAll } from "../coordinator/idle.ts";

/** An object that said so often, each time soon after the last, that it has nothing for anybody is believed for so long (ms). */
const [BELIEVED, OFTEN] = [5_000, 10];

interface Said {
  readonly idle: Idle;
  readonly at: number;
  readonly times: number;
  /** Those who were told without a question since. */
  turnedAway: number;
}

/**
 * What an isolate remembers of objects that have nothing to give. Without it a crowd that waits for work keeps those from working that have given out all of theirs:
 * half of all questions begin with the study's own experiments, full or not. It says how many it turned away with its next question.
 */
export class KnownFull {
  private readonly said = new Map<string, Said>();

  /** The answer for one more who asks this object, without asking it; null: ask. @param draw uniform in [0, 1) */
  answer(name: string, now: number, draw: number): Idle | null {
    const said = this.said.get(name);
    if (!said || said.times < OFTEN || now >= said.at + BELIEVED) return null;
    said.turnedAway++;
    return again(said.idle, draw);
  }

  /** It is about to be asked. @returns how many were turned away since it was asked last */
  asking(name: string, now: number): number {
    const said = this.said.get(name);
    if (said && now >= said.at + 2 * BELIEVED) this.said.delete(name);
    // Whoever comes while it is being asked is told what it said last.
    else if (said) this.said.set(name, { ...said, at: said.times < OFTEN ? said.at : now, turnedAway: 0 });
    return said?.turnedAway ?? 0;
  }

  /** What it said to a question for anything. @param idle null: it had something */
  heard(name: string, idle: Idle | null, now: number): void {
    const said = this.said.get(name);
    if (idle === null || !isForAll(idle)) {
      this.said.delete(name);
      return;
    }
    const isSoon = said !== undefined && now < said.at + 2 * BELIEVED;
    this.said.set(name, { idle, at: now, times: isSoon ? said.times + 1 : 1, turnedAway: said?.turnedAway ?? 0 });
  }
}

/** An isolate's. @param env it has one, for as long as it lives */
export function knownFull(env: object): KnownFull {
  const known = ofIsolate.get(env) ?? new KnownFull();
  ofIsolate.set(env, known);
  return known;
}
const ofIsolate = new WeakMap<object, KnownFull>();
