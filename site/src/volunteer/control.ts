import type { Conduct } from "../../../shared/volunteer/conduct.ts";
import { AT_REST, type VolunteerControl, type VolunteerView } from "../../../shared/volunteer/view.ts";
import { openCheck } from "./check.ts";
import { addData } from "./data-used.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { acquireLock, askToYield, lockIsFree, onYield } from "./other-tab.ts";
import { type Asked, askedBy, forget, recall, remember } from "./resume.ts";
import { holdReason, UNKNOWN } from "./rules.ts";
import { settings, watchSettings } from "./settings.ts";
import { watchSurroundings } from "./surroundings.ts";
import { keepScreenOn } from "./wake-lock.ts";

/** After a reload the old page may hold the lock for a moment. */
const LOCK_PATIENCE_MS = 5_000;
const LOOK_AFTER_MS = 2_000;
/** A tab that yields ends its step and saves first. */
const YIELD_PATIENCE_MS = 60_000;

let control: BrowserVolunteer | undefined;

/** The volunteer of this page: one, whichever page of the site is shown, so that training goes on across pages. */
export function volunteerControl(): BrowserVolunteer {
  return (control ??= new BrowserVolunteer());
}

/** The page's end of the volunteer: passes buttons to the Web Worker and views to the page, and sees to one tab at a time. */
export class BrowserVolunteer implements VolunteerControl {
  #view = AT_REST;
  #listeners = new Set<(view: VolunteerView) => void>();
  #worker: Worker | null = null;
  #leaseId: string | null = null;
  #asked: Asked = { provider: null, experiment: null };
  #isPaused = false;
  #releaseLock: (() => void) | null = null;
  #isStarting = false;
  #isWanted = false;
  /** Another tab asked for the place. */
  #isYielding = false;
  #isLastShard = false;
  #isWatched = false;
  #around = UNKNOWN;
  #told = "";

  constructor() {
    watchSurroundings((around) => {
      this.#around = around;
      this.#behave();
    });
    watchSettings(() => this.#behave());
    onYield(() => this.#yield());
    addEventListener("pagehide", () => this.#giveBack());
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted && this.#worker) this.#launch(0); // The page comes out of the browser's back-forward cache; its lease is gone.
    });
  }

  get view(): VolunteerView {
    return this.#view;
  }

  subscribe(listener: (view: VolunteerView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#isWanted = true;
    this.#isLastShard = this.#isYielding = false;
    // A tab that was reloaded while paused comes back paused; nothing is kept of one that was stopped.
    this.#isPaused = this.#worker === null && (recall()?.isPaused ?? false);
    if (this.#worker) this.#post(this.#startMessage(0));
    else if (!this.#isStarting) void this.#start();
  }

  /** Starts here after the tab that trains has saved and let go. */
  takeOver(): void {
    this.#isWanted = true;
    this.#isLastShard = this.#isYielding = false;
    this.#tell({ ...this.#view, phase: { kind: "preparing", what: "runtime", done: null, total: null } });
    if (!this.#worker && !this.#isStarting) void this.#start(true);
  }

  /** Ends when the shard in hand is handed in, or does not after all. */
  finish(isLastShard: boolean): void {
    this.#isLastShard = isLastShard;
    this.#behave();
  }

  /** Somebody looks at what the network says of a few images. */
  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#behave();
  }

  pause(): void {
    this.#setPaused(true);
    this.#post({ kind: "pause" });
  }

  resume(): void {
    this.#setPaused(false);
    this.#post({ kind: "resume" });
  }

  stop(): void {
    this.#isWanted = false;
    forget();
    this.#post({ kind: "stop" });
    const worker = this.#worker;
    if (worker) setTimeout(() => this.#insist(worker), stopPatienceMs(this.#view));
  }

  /** A Web Worker that compiles hears nothing until it is done: then it ends as when the tab closes. Its last checkpoint stays. */
  #insist(worker: Worker): void {
    if (this.#worker !== worker || this.#isWanted) return;
    this.#giveBack();
    this.#end();
    this.#tell({ ...this.#view, phase: { kind: "stopped" }, shard: null });
  }

  #yield(): void {
    if (!this.#worker) return;
    this.stop();
    this.#isYielding = true;
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (this.#worker) remember({ ...this.#asked, isPaused });
  }

  get #conduct(): Conduct {
    const chosen = settings();
    const hold = holdReason(chosen, this.#around);
    return { duty: chosen.duty, hold, isLastShard: this.#isLastShard, isWatched: this.#isWatched && this.#around.isVisible };
  }

  /** Tells the Web Worker how it is to be done, when that has changed. */
  #behave(): void {
    const conduct = this.#conduct;
    const told = JSON.stringify(conduct);
    if (this.#worker && told !== this.#told) this.#post({ kind: "conduct", conduct });
    this.#told = told;
    this.#mindScreen();
  }

  #mindScreen(): void {
    const { kind } = this.#view.phase;
    const isBusy = this.#worker !== null && kind !== "paused" && kind !== "waiting";
    keepScreenOn(settings().keepAwake && isBusy);
  }

  async #start(isTakingOver = false): Promise<void> {
    this.#isStarting = true;
    try {
      if (!isSecureContext) {
        return this.#fail(
          "This address is not a secure one, so the browser offers no storage, no hashing and no WebGPU.",
          "Open the site over https, or as http://localhost or http://127.0.0.1.",
        );
      }
      const before = recall();
      const patience = isTakingOver ? YIELD_PATIENCE_MS : before ? LOCK_PATIENCE_MS : 0;
      // Whoever takes over stands in the queue before the other tab lets go.
      const taking = acquireLock(patience);
      if (isTakingOver) askToYield();
      const lock = await taking;
      if (!lock) {
        forget();
        return this.#isElsewhere();
      }
      if (!this.#isWanted) {
        lock();
        return this.#tell({ ...this.#view, phase: { kind: "stopped" } });
      }
      this.#releaseLock = lock;
      const asked = askedBy(location.search);
      this.#asked = {
        provider: asked.provider ?? before?.provider ?? settings().provider,
        experiment: asked.experiment ?? before?.experiment ?? null,
      };
      remember({ ...this.#asked, isPaused: this.#isPaused });
      this.#launch(0);
    } finally {
      this.#isStarting = false;
    }
  }

  /** Another tab trains; when it stops, this one may start. */
  #isElsewhere(): void {
    this.#tell({ ...this.#view, phase: { kind: "elsewhere" }, shard: null, examples: null });
    // A tab that has just let go looks a moment later, so that the one that takes over comes first.
    setTimeout(() => {
      void lockIsFree().then(() => {
        if (this.#view.phase.kind === "elsewhere") this.#tell({ ...this.#view, phase: { kind: "stopped" } });
      });
    }, LOOK_AFTER_MS);
  }

  /** A Web Worker from scratch; the notes of the one before go along. */
  #launch(losses: number): void {
    this.#worker?.terminate();
    const worker = new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module", name: "volunteer" });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end();
      this.#fail(
        `The training code stopped: ${event.message || "it could not be loaded"}.`,
        "Check the connection, reload the page and press start again.",
      );
    };
    this.#worker = worker;
    this.#post(this.#startMessage(losses));
  }

  #startMessage(losses: number): ToWorker {
    const wish = this.#isPaused ? "pause" : "run";
    return { kind: "start", wish, conduct: this.#conduct, asked: this.#asked, losses, notes: this.#view.notes };
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case "restart":
        this.#launch(message.losses);
        break;
      case "news":
        // Whoever shows the data on this page may look again; it need not know who said so.
        dispatchEvent(new CustomEvent("snapshot-published"));
        break;
      case "check":
        if (openCheck()) break;
        this.#end();
        this.#fail(
          "This coordinator asks whether a person is there, and the browser blocked the window with the check.",
          "Allow this site to open windows, and press start again.",
        );
        break;
      case "view":
        this.#leaseId = message.leaseId;
        addData(message.bytes);
        if (message.view.phase.kind === "stopped" || message.view.phase.kind === "failed") this.#end();
        this.#tell({ ...message.view, examples: message.examples === undefined ? this.#view.examples : message.examples });
        break;
    }
  }

  /** Frees the device and lets another tab train. */
  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#leaseId = null;
    this.#releaseLock?.();
    this.#releaseLock = null;
    forget();
  }

  /** The page goes away: a beacon outlives it, a fetch of the Web Worker would not. */
  #giveBack(): void {
    if (this.#leaseId !== null) navigator.sendBeacon(`/api/leases/${encodeURIComponent(this.#leaseId)}/return`);
    this.#leaseId = null;
  }

  #fail(message: string, remedy: string): void {
    this.#tell({ ...this.#view, phase: { kind: "failed", message, remedy } });
  }

  #tell(view: VolunteerView): void {
    if (this.#isYielding && view.phase.kind === "stopped") {
      this.#isYielding = false;
      return this.#isElsewhere();
    }
    this.#view = view;
    this.#mindScreen();
    for (const listener of this.#listeners) listener(view);
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}

/** How long stop waits for the Web Worker: a second, or the step in hand. */
function stopPatienceMs({ phase, shard }: VolunteerView): number {
  const isComputing = phase.kind === "training" || phase.kind === "evaluating" || phase.kind === "measuring";
  const stepMs = isComputing ? 1000 / (shard?.stepsPerSecond ?? Infinity) : 0;
  return 1000 + 2 * stepMs;
}
