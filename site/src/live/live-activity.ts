import { activity, activitySvg } from "../report/activity.ts";
import { listen } from "./feed.ts";
import { shown } from "./feed-view.ts";

/** The strip of the last day, kept up to date in place. */
class LiveActivity extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const { snapshot, live } = shown(view, Date.now());
      const now = activity(snapshot, live, Date.now());
      put(this.querySelector("[data-bars]"), "innerHTML", activitySvg(now));
      put(this.querySelector("[data-words]"), "textContent", view.reachable ? now.words : `Coordinator away. ${now.words}`);
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

function put(place: Element | null, what: "innerHTML" | "textContent", text: string): void {
  if (place && place[what] !== text) place[what] = text;
}

if (!customElements.get("live-activity")) customElements.define("live-activity", LiveActivity);
