import { uniform } from "../../shared/math/random.ts";

/** Draws of one volunteer's own, from the seed: the same seed makes the same characters do the same things, as far as answers allow. */
export class Dice {
  readonly #seed: number;
  readonly #name: string;
  #drawn = 0;

  constructor(seed: number, name: string) {
    this.#seed = seed;
    this.#name = name;
  }

  /** Uniform in [0, 1). */
  draw(): number {
    return uniform(this.#seed, this.#name, this.#drawn++, 1)[0]!;
  }

  happens(share: number): boolean {
    return this.draw() < share;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.draw();
  }

  oneOf<T>(things: readonly T[]): T {
    return things[Math.floor(this.draw() * things.length)]!;
  }
}
