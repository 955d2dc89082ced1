import type { Volunteers } from "../../../shared/protocol/session.ts";
import { steps } from "../words.ts";

const SHOWN = 20;

/** Those who wish to be listed, most steps first; hidden where nobody does, or nobody answers. */
class VolunteerList extends HTMLElement {
  connectedCallback(): void {
    void this.#fill();
  }

  async #fill(): Promise<void> {
    const response = await fetch("/api/volunteers").catch(() => null);
    if (!response?.ok) return;
    const { list } = (await response.json()) as Volunteers;
    const rows = list.slice(0, SHOWN).map(({ volunteer, alias, steps: given }) => {
      const row = document.createElement("li");
      const name = document.createElement("bdi");
      name.textContent = alias ?? volunteer.slice(0, 8);
      name.title = volunteer;
      row.append(name, ` ${steps(given)}`);
      return row;
    });
    this.querySelector("ol")?.replaceChildren(...rows);
    this.hidden = rows.length === 0;
  }
}

if (!customElements.get("volunteer-list")) customElements.define("volunteer-list", VolunteerList);
