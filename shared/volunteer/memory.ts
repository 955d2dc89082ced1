import { Contribution } from "../protocol/kept.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { decodeLocal, encodeLocal, type LocalCheckpoint } from "./local-checkpoint.ts";
import type { Store } from "./ports.ts";

/** What this device remembers between visits: what it gave, and how far it came. A full or closed store forgets, no more. */
export class Memory {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
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
