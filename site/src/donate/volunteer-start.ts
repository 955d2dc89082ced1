import { watchVolunteer } from "./session.ts";
import { phaseWords } from "./phase-words.ts";

/** The invitation: a button while nothing runs, and what runs once it does. */
class VolunteerStart extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = watchVolunteer((view) => {
      const words = phaseWords(view, Date.now(), navigator.onLine);
      const canStart = words.actions.includes("start") || words.actions.includes("take-over");
      this.querySelectorAll<HTMLElement>("[data-when]").forEach((part) => {
        const isOff = (part.dataset.when === "rest") !== canStart;
        part.toggleAttribute("data-off", isOff);
        part.inert = isOff;
      });
      const line = this.querySelector("[data-now]");
      if (line)
        line.textContent = words.tone === "trouble" ? `${words.title} ${words.detail}` : `${words.title}. ${words.detail}`;
      this.toggleAttribute("data-trouble", words.tone === "trouble");
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

if (!customElements.get("volunteer-start")) customElements.define("volunteer-start", VolunteerStart);
