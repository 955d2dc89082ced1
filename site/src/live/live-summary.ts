import { summaryFacts } from "../report/summary.ts";
import { listen } from "./feed.ts";
import { shown } from "./feed-view.ts";

/** The summary strip, kept up to date in place. */
class LiveSummary extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    const flops = JSON.parse(this.dataset["flops"] ?? "{}") as Record<string, number>;
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const { snapshot } = shown(view, Date.now());
      for (const { id, value, label, share } of summaryFacts(snapshot, Date.now(), flops)) {
        const place = this.querySelector(`[data-fact="${id}"]`);
        put(place?.querySelector("[data-value]"), value);
        put(place?.querySelector("dt"), label);
        const bar = place?.querySelector("progress");
        if (bar && share !== null) bar.value = share;
      }
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

function put(place: Element | null | undefined, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}

if (!customElements.get("live-summary")) customElements.define("live-summary", LiveSummary);
