import { provenanceTable } from "../report/provenance-table.ts";
import { ownExperiments } from "../data/study.ts";
import { fillTable } from "./fill-table.ts";
import { listen } from "./feed.ts";
import { shown } from "./feed-view.ts";

/** The table of where each stretch of each curve came from, filled again when there is more. */
class LiveProvenance extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    let drawn = "";
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const { snapshot, key } = shown(view, Date.now());
      if (key === drawn) return;
      drawn = key;
      fillTable(this, "provenance", provenanceTable(ownExperiments(snapshot), snapshot?.names));
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

if (!customElements.get("live-provenance")) customElements.define("live-provenance", LiveProvenance);
