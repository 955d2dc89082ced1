import { Contribution, VolunteerId } from "../protocol/kept.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { decodeLocal, encodeLocal, type LocalCheckpoint } from "./local-checkpoint.ts";
import type { Store } from "./ports.ts";

/** What this device remembers between visits: who it is, what it gave, and how far it came. A full or closed store forgets, no more. */
export class Memory {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The volunteer's id, made at the first visit. */
  async volunteer(newId: () => string): Promise<string> {
    const kept = VolunteerId.safeParse(await this.#read("volunteer"));
    if (kept.success) return kept.data;
    const id = newId();
    await this.#write("volunteer", toJsonBytes(id));
    return id;
  }

  async contribution(): Promise<Contribution> {
    const kept = Contribution.safeParse(await this.#read("contribution"));
    return kept.success ? kept.data : { shards: 0, steps: 0, trainMs: 0 };
  }

  async setContribution(contribution: Contribution): Promise<void> {
    await this.#write("contribution", toJsonBytes(contribution));
  }

  async checkpoint(): Promise<LocalCheckpoint | null> {
    const bytes = await this.#store.get("checkpoint").catch(() => null);
    return bytes && decodeLocal(bytes);
  }

  async setCheckpoint(checkpoint: LocalCheckpoint): Promise<void> {
    await this.#write("checkpoint", encodeLocal(checkpoint));
  }

  async clearCheckpoint(): Promise<void> {
    await this.#store.delete("checkpoint").catch(() => undefined);
  }

  /** The state at the last boundary of the shard in hand. */
  boundary(): Promise<Uint8Array | null> {
    return this.#store.get("boundary").catch(() => null);
  }

  async setBoundary(bytes: Uint8Array): Promise<void> {
    await this.#write("boundary", bytes);
  }

  async #read(name: string): Promise<unknown> {
    try {
      const bytes = await this.#store.get(name);
      return bytes && fromJsonBytes(bytes);
    } catch {
      return null;
    }
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#store.put(name, bytes).catch(() => undefined);
  }
}
