import { listen } from "../live/feed.ts";
import { shown } from "../live/feed-view.ts";
import { fillTable } from "../live/fill-table.ts";
import { deviceTable } from "./device-table.ts";

/** The table of devices, filled again when the coordinator has more. */
class DeviceSpeeds extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    let drawn = "";
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const { snapshot, key, status } = shown(view, Date.now());
      const words = this.querySelector("[data-status]");
      if (words && words.textContent !== status) words.textContent = status;
      if (key === drawn) return;
      drawn = key;
      fillTable(this, "devices", deviceTable(snapshot));
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

if (!customElements.get("device-speeds")) customElements.define("device-speeds", DeviceSpeeds);
