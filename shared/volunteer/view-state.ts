import { assertTransition } from "./phases.ts";
import type { Phase, ShardView, VolunteerView } from "./view.ts";

const NOTES_KEPT = 20;

const INITIAL: VolunteerView = {
  phase: { kind: "stopped" },
  device: null,
  deviceReason: null,
  shard: null,
  contribution: { shards: 0, steps: 0, trainMs: 0 },
  notes: [],
};

/** The view and who listens to it; phases change only along the table of transitions. */
export class ViewState {
  #view: VolunteerView;
  readonly #listeners = new Set<(view: VolunteerView) => void>();
  readonly #now: () => number;

  constructor(now: () => number, notes: VolunteerView["notes"] = []) {
    this.#now = now;
    this.#view = { ...INITIAL, notes };
  }

  get view(): VolunteerView {
    return this.#view;
  }

  subscribe(listener: (view: VolunteerView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<Omit<VolunteerView, "phase" | "notes">>): void {
    this.#publish({ ...this.#view, ...change });
  }

  setShard(change: Partial<ShardView>): void {
    if (this.#view.shard) this.set({ shard: { ...this.#view.shard, ...change } });
  }

  enter(phase: Phase): void {
    if (phase.kind !== this.#view.phase.kind) assertTransition(this.#view.phase.kind, phase.kind);
    this.#publish({ ...this.#view, phase });
  }

  note(text: string): void {
    this.#publish({ ...this.#view, notes: [...this.#view.notes, { at: this.#now(), text }].slice(-NOTES_KEPT) });
  }

  #publish(view: VolunteerView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener(view);
  }
}
