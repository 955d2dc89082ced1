import { assertTransition } from "./phases.ts";
import { AT_REST, type Phase, type ShardView, type VolunteerView } from "./view.ts";

const NOTES_KEPT = 20;

/** The view and who listens to it; phases change only along the table of transitions. */
export class ViewState {
  #view: VolunteerView;
  readonly #listeners = new Set<(view: VolunteerView) => void>();
  readonly #now: () => number;

  constructor(now: () => number, notes: VolunteerView["notes"] = []) {
    this.#now = now;
    this.#view = { ...AT_REST, notes };
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
