import { outcomeCells, outcomes } from "../report/outcomes.ts";
import { studyExperiment } from "../data/study.ts";
import { listen } from "./feed.ts";
import { shown } from "./feed-view.ts";

/** The table of test accuracies, kept up to date in place. */
class LiveOutcomes extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    let drawn = "";
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const { snapshot, key, source } = shown(view, Date.now());
      // The page was built from the published data.
      if (key === drawn || (source === "published" && drawn === "")) return;
      drawn = key;
      void this.#draw(studyExperiment(snapshot));
    });
  }

  async #draw(experiment: ReturnType<typeof studyExperiment>): Promise<void> {
    // The paper's curves come with the charts' code; the table alone need not make the page heavier.
    const { paper } = await import("../data/paper-files.ts");
    for (const outcome of outcomes(experiment, paper)) {
      const cells = this.querySelectorAll(`[data-outcome="${outcome.id}"] td`);
      for (const [index, text] of outcomeCells(outcome).entries()) {
        const cell = cells[index];
        if (cell && cell.textContent !== text) cell.textContent = text;
      }
    }
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }
}

if (!customElements.get("live-outcomes")) customElements.define("live-outcomes", LiveOutcomes);
