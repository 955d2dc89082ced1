import { replicaTable, replicaWords } from "../report/replica-words.ts";
import { fillTable } from "./fill-table.ts";
import { listenVerdicts } from "./verdict-feed.ts";

/** Pairs that were trained again on another vendor's devices, kept up to date in place. */
class LiveReplicas extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = listenVerdicts(({ replication }) => {
      const words = this.querySelector("[data-replica-words]");
      const text = replicaWords(replication);
      if (words && words.textContent !== text) words.textContent = text;
      fillTable(this, "replicas", replicaTable(replication));
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

if (!customElements.get("live-replicas")) customElements.define("live-replicas", LiveReplicas);
