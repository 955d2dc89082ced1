import { KeptCertificate } from "../protocol/calibration.ts";
import { Contribution, KeptSpeeds } from "../protocol/kept.ts";
import type { Provider, Speed } from "../protocol/lease.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";
import { decodeLocal, encodeLocal, type LocalCheckpoint } from "./local-checkpoint.ts";
import type { Store } from "./ports.ts";

/** Kinds of runs whose speed is told: as many as a request may bring. */
const SPEEDS_KEPT = 16;
/** Kinds of devices whose certificates are kept: a browser's update makes another kind. */
const CERTIFICATES_KEPT = 8;

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

  /** What was measured with this provider, newest last. */
  async speeds(provider: Provider): Promise<Speed[]> {
    const kept = KeptSpeeds.safeParse(await this.#read("speeds"));
    const own = kept.success ? kept.data.filter((speed) => speed.provider === provider) : [];
    return own.map(({ work, stepsPerSecond }) => ({ work, stepsPerSecond })).slice(-SPEEDS_KEPT);
  }

  async addSpeed(provider: Provider, speed: Speed): Promise<void> {
    const kept = KeptSpeeds.safeParse(await this.#read("speeds"));
    const others = (kept.success ? kept.data : []).filter((one) => one.work !== speed.work || one.provider !== provider);
    await this.#write("speeds", toJsonBytes([...others, { ...speed, provider }].slice(-2 * SPEEDS_KEPT)));
  }

  /** Of a kind of device. */
  async certificate(kind: string): Promise<KeptCertificate | null> {
    const kept = (await this.#certificates()).find((one) => one.kind === kind);
    return kept ?? null;
  }

  async setCertificate(certificate: KeptCertificate): Promise<void> {
    const others = (await this.#certificates()).filter(({ kind }) => kind !== certificate.kind);
    await this.#write("certificates", toJsonBytes([...others, certificate].slice(-CERTIFICATES_KEPT)));
  }

  async #certificates(): Promise<KeptCertificate[]> {
    const kept = KeptCertificate.array().safeParse(await this.#read("certificates"));
    return kept.success ? kept.data : [];
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
