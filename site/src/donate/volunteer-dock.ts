import type { VolunteerView } from "../../../shared/volunteer/view.ts";
import { showActions, showProgress } from "./show.ts";
import { phaseWords } from "./phase-words.ts";
import { watchVolunteer } from "./session.ts";

/** The slim bar at the foot of every page while this browser trains. */
class VolunteerDock extends HTMLElement {
  #stop: (() => void) | null = null;
  #clock: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    let latest: VolunteerView | null = null;
    const show = () => {
      if (latest) this.#show(latest);
    };
    this.#stop = watchVolunteer((view) => {
      latest = view;
      show();
    });
    this.#clock = setInterval(show, 1000);
  }

  disconnectedCallback(): void {
    this.#stop?.();
    clearInterval(this.#clock);
  }

  #show(view: VolunteerView): void {
    const words = phaseWords(view, Date.now(), navigator.onLine);
    // The donate page says all of it already.
    this.hidden =
      view.phase.kind === "stopped" || view.phase.kind === "elsewhere" || location.pathname.replace(/\/$/, "") === "/donate";
    document.documentElement.classList.toggle("with-dock", !this.hidden);
    this.dataset.tone = words.tone;
    const put = (name: string, text: string) => {
      const place = this.querySelector(`[data-slot="${name}"]`);
      if (place && place.textContent !== text) place.textContent = text;
    };
    put("title", words.title);
    put("progress", words.progress?.words ?? "");
    put("detail", words.detail);
    showProgress(this, words.progress);
    showActions(this, words.actions);
  }
}

if (!customElements.get("volunteer-dock")) customElements.define("volunteer-dock", VolunteerDock);
