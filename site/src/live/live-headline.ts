import { studyExperiment } from "../data/study.ts";
import { headline } from "../report/headline.ts";
import { listen } from "./feed.ts";
import { shown } from "./feed-view.ts";

/** The headline result, kept up to date in place; hidden while there is none. */
class LiveHeadline extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const found = headline(studyExperiment(shown(view, Date.now()).snapshot));
      this.hidden = found === null;
      this.#put("[data-where]", found?.where ?? "");
      for (const { id, mean, value, detail } of found?.arms ?? []) {
        const row = `[data-arm="${id}"]`;
        this.#put(`${row} [data-value]`, value);
        this.#put(`${row} [data-detail]`, detail);
        this.querySelector<HTMLElement>(`${row} i`)?.style.setProperty("--share", String(mean));
      }
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  #put(selector: string, text: string): void {
    const place = this.querySelector(selector);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

if (!customElements.get("live-headline")) customElements.define("live-headline", LiveHeadline);
