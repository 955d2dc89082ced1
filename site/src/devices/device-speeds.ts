import { listen } from "../live/feed.ts";
import { shown } from "../live/feed-view.ts";
import { fillTable } from "../live/fill-table.ts";
import { auditTable } from "./audit-table.ts";
import { deviceTable } from "./device-table.ts";

/** The tables of devices and of their audits, filled again when the coordinator has more. */
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
      const audits = auditTable(snapshot);
      fillTable(this, "audits", audits);
      this.querySelectorAll<HTMLElement>("[data-needs-audits]").forEach((part) => (part.hidden = audits.rows.length === 0));
      this.querySelectorAll<HTMLElement>("[data-without-audits]").forEach((part) => (part.hidden = audits.rows.length > 0));
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

if (!customElements.get("device-speeds")) customElements.define("device-speeds", DeviceSpeeds);
