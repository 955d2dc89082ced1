import { noteOfLoss, noteOfWrongGpu } from "./after-trouble.ts";
import { checkDevice } from "./calibrate.ts";
import type { Volunteer } from "./loop.ts";
import { MAX_GPU_LOSSES, RuntimeLost } from "./outcomes.ts";
import type { Runtime } from "./ports.ts";

/** The runtime that a volunteer trains with, and how often one was lost. */
export class DeviceInHand {
  readonly #volunteer: Volunteer;
  #runtime: Runtime | null = null;
  #certificate: string | null = null;
  #losses: number;

  /** @param losses how often the runtime was lost since the last shard was handed in */
  constructor(volunteer: Volunteer, losses: number) {
    this.#volunteer = volunteer;
    this.#losses = losses;
  }

  /** Null before it is opened. */
  get runtime(): Runtime | null {
    return this.#runtime;
  }

  /** That it computes what is known; null: each of its shards is audited. */
  get certificate(): string | null {
    return this.#certificate;
  }

  /** Opens it, again after a loss, until there is one whose device computes what is known. */
  async open(): Promise<void> {
    const { ports, state, waits } = this.#volunteer;
    for (;;) {
      const runtime = await waits.preparing("runtime", (progress) => ports.openRuntime(this.#losses, progress));
      this.#runtime = runtime;
      state.set({ device: runtime.device, deviceReason: runtime.reason });
      try {
        const checked = await checkDevice(this.#volunteer, runtime);
        if ("certificate" in checked) {
          this.#certificate = checked.certificate;
          return;
        }
        await this.#leaveGpu(checked.wrong);
      } catch (error) {
        if (!(error instanceof RuntimeLost)) throw error;
        await this.lose(error);
      }
    }
  }

  /** @throws Failure when it was lost too often */
  async lose(error: RuntimeLost): Promise<void> {
    const { state, programs } = this.#volunteer;
    const note = noteOfLoss(error, ++this.#losses);
    state.set({ losses: this.#losses });
    state.note(note);
    programs.forget();
    await this.#runtime?.close().catch(() => undefined);
  }

  /** A shard was trained to its end with it. */
  proved(): void {
    this.#losses = 0;
    this.#volunteer.state.set({ losses: 0 });
  }

  async close(): Promise<void> {
    await this.#runtime?.close().catch(() => undefined);
    this.#volunteer.programs.forget();
    this.#runtime = null;
  }

  /** The GPU computed what is known otherwise: the processor may do better. */
  async #leaveGpu(wrong: string): Promise<void> {
    const { state } = this.#volunteer;
    const note = noteOfWrongGpu(wrong, this.#losses);
    this.#losses = MAX_GPU_LOSSES;
    state.set({ losses: this.#losses });
    state.note(note);
    await this.#runtime?.close().catch(() => undefined);
  }
}
