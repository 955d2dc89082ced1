import type { ProbeModels } from "../../nn/probes/probe-models.ts";
import type { ProbeName, Probes } from "../../protocol/probes.ts";
import type { Exclusive } from "../one-at-a-time.ts";
import { disposeAll, type Ort, type OrtTensor, type Tensors } from "../ort.ts";
import type { BetweenPasses, ProbeSettings } from "../ports.ts";
import { type Activations, activationsOf, activationsRow } from "./activations.ts";
import { landscapeRow, type Origin, originOf } from "./landscape.ts";
import type { Rows } from "./row.ts";
import { type Feed, ProbeSession } from "./session.ts";
import { shiftRow } from "./shift.ts";
import { theoremRow } from "./theorem.ts";

/**
 * Measures around one step: first what stands before the update, then, the step taken, what the update did. It only reads the state: the run
 * goes on with the same bits as without it.
 */
export class Prober {
  readonly #session: ProbeSession;
  readonly #probes: Probes;
  #underway: Underway | null = null;

  constructor(ort: Ort, exclusive: Exclusive, models: ProbeModels, probes: Probes) {
    this.#session = new ProbeSession(ort, exclusive, models);
    this.#probes = probes;
  }

  /**
   * What is due before a step's update.
   * @param parameters before it; they stay the caller's until `keep`
   * @param batch of this step, as tensors that become the prober's
   */
  async before(
    parameters: OrtTensor,
    batch: Tensors,
    due: readonly ProbeName[],
    settings: ProbeSettings,
    between: BetweenPasses,
  ): Promise<void> {
    this.drop();
    const { landscape } = this.#probes;
    const has = (name: ProbeName) => due.includes(name);
    const grid = has("landscape") && landscape ? landscape.along.length + landscape.random.length : 0;
    const total = grid + due.length;
    let done = 0;
    const tick = () => between(done++, total);

    const here: Feed = { ...batch, parameters, ...(settings.noiseKey && { noiseKey: settings.noiseKey }) };
    const underway: Underway = { here, parameters, batch, due, state: "before", origin: null, activations: null, rows: {} };
    this.#underway = underway;
    if (has("activations")) {
      await tick();
      underway.activations = await activationsOf(this.#session, underway.here);
    }
    if (has("theorem")) {
      await tick();
      underway.rows.theorem = await theoremRow(this.#session, underway.here);
    }
    if (has("landscape") || has("shift")) {
      await tick();
      underway.origin = await originOf(this.#session, underway.here);
    }
    if (has("landscape") && landscape && underway.origin)
      underway.rows.landscape = await landscapeRow(
        this.#session,
        () => underway.here,
        underway.origin,
        landscape,
        settings,
        tick,
      );
    underway.state = "measured";
  }

  /** The state was copied to the host in between: the same parameters in another tensor. */
  moved(from: OrtTensor, to: OrtTensor): void {
    const underway = this.#underway;
    if (underway?.parameters !== from) return;
    underway.parameters = to;
    underway.here = { ...underway.here, parameters: to };
  }

  /** The step is about to be taken: whether the prober takes over these parameters, so that they outlive it. */
  keep(parameters: OrtTensor): boolean {
    if (this.#underway?.parameters !== parameters) return false;
    this.#underway.state = "kept";
    return true;
  }

  /**
   * What is due after the update; all rows of this step.
   * @param next the next step's batch, as tensors that become the prober's, and its noise key
   */
  async after(parameters: OrtTensor, next: Tensors, nextKey: Int32Array | undefined): Promise<Rows> {
    const underway = this.#underway;
    if (underway?.state !== "kept") throw new Error("probe: got an after without a before and a step");
    const { rows, here, origin, activations, due } = underway;
    try {
      if (due.includes("shift") && origin) rows.shift = await shiftRow(this.#session, here, parameters, origin);
      if (activations) {
        const key = nextKey && { noiseKey: nextKey };
        const moved = await activationsOf(this.#session, { ...here, ...key, parameters });
        const after = await activationsOf(this.#session, { ...next, ...key, parameters });
        rows.activations = activationsRow(this.#session, activations, moved, after);
      }
      return rows;
    } finally {
      disposeAll(next);
      this.drop();
    }
  }

  /** Leaves a measurement that is underway: its step diverged, or is begun again. */
  drop(): void {
    const underway = this.#underway;
    this.#underway = null;
    if (!underway) return;
    disposeAll(underway.batch);
    underway.origin?.gradient.dispose();
    if (underway.state === "kept") underway.parameters.dispose();
  }

  close(): Promise<void> {
    this.drop();
    return this.#session.close();
  }
}

/** A measurement between its before and its after. */
interface Underway {
  parameters: OrtTensor;
  readonly batch: Tensors;
  readonly due: readonly ProbeName[];
  readonly rows: Rows;
  /** Kept: the step was taken, and the parameters of before are the prober's to dispose of. */
  state: "before" | "measured" | "kept";
  origin: Origin | null;
  activations: Activations | null;
  /** All that the models are fed where training stood. */
  here: Feed;
}
