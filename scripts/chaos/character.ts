import type { Dice } from "./dice.ts";
import { type State, stateOf } from "./training.ts";

/** How a liar changes the state at the end of an interval. Rows and losses stay those of honest training: a lie that the validator can see is none. */
export type Lie = "makes up" | "skips" | "flips";
export const LIES: readonly Lie[] = ["makes up", "skips", "flips"];

/** What somebody is like. */
export type Character =
  | { readonly kind: "honest" }
  /** Hands in what another handed in, for leases of its own. */
  | { readonly kind: "replays" }
  /** @property after honest shards first @property share of the shards after that @property whole every interval, or one */
  | { readonly kind: "lies"; readonly lie: Lie; readonly after: number; readonly share: number; readonly whole: boolean };

/** One volunteer in five lies, one in twenty replays. */
export function characterOf(n: number, dice: Dice): Character {
  if (n % 20 === 7) return { kind: "replays" };
  if (n % 5 !== 3) return { kind: "honest" };
  const lie = LIES[Math.floor(n / 5) % LIES.length]!;
  return { kind: "lies", lie, after: dice.oneOf([0, 2, 4]), share: dice.oneOf([0.5, 1]), whole: dice.happens(0.3) };
}

/** The end of an interval as a liar has it: the header is right, the numbers (all float64) are not. */
export function lied(lie: Lie, start: State, honest: State, dice: Dice): State {
  const bytes = honest.bytes.slice();
  const [from, to] = [numbersOf(start.bytes), numbersOf(bytes)];
  to.forEach((b, i) => {
    const a = from[i]!;
    if (lie === "makes up") to[i] = a + (2 * dice.draw() - 1) * Math.abs(b - a);
    else to[i] = lie === "skips" ? a + 0.4 * (b - a) : a - (b - a);
  });
  return stateOf(honest.step, bytes);
}

/** The numbers of a checkpoint, after "BNH1", the header's length and the header (shared/nn/checkpoint.ts). */
function numbersOf(bytes: Uint8Array<ArrayBuffer>): Float64Array {
  const headerBytes = 8 + new DataView(bytes.buffer).getUint32(4, true);
  return new Float64Array(bytes.buffer, headerBytes);
}
