import type { Life, Sample } from "./growth.ts";

/** What was seen of each process's memory. After a kill its successor begins a new life. */
export class Lives {
  readonly #all = new Map<string, Map<number, Sample[]>>();

  /** @param pid the process that answers to the name now; a life belongs to one */
  add(name: string, pid: number, sample: Sample): void {
    if (sample.bytes === 0) return;
    const lives = this.#all.get(name) ?? new Map<number, Sample[]>();
    this.#all.set(name, lives);
    lives.set(pid, [...(lives.get(pid) ?? []), sample]);
  }

  names(): string[] {
    return [...this.#all.keys()];
  }

  of(name: string): Life[] {
    return [...(this.#all.get(name)?.values() ?? [])];
  }
}
