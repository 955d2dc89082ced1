import embed, { type Result } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import type { Figure } from "../figures/figure.ts";
import { figureFile, fileEnds } from "../figures/files.ts";
import { fillTable } from "./fill-table.ts";
import { withHover } from "./hover.ts";
import { saveAs } from "./save-as.ts";

/** The living charts of one figure, in the place of its still ones. */
export class LivePanels {
  readonly #host: HTMLElement;
  readonly #charts = new Map<string, Result>();
  #figure: Figure | null = null;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Draws a figure: the first time new charts, later only their data, so that nothing on the page moves. */
  async draw(figure: Figure): Promise<void> {
    this.#figure = figure;
    for (const panel of figure.panels) {
      const place = this.#place(panel.id);
      place.setAttribute("aria-label", panel.alt);
      await this.#drawPanel(place, panel.id, panel.spec);
    }
    const caption = this.#host.querySelector("[data-caption]");
    if (caption && caption.textContent !== figure.caption) caption.textContent = figure.caption;
    const empty = this.#host.querySelector<HTMLElement>("[data-empty]");
    if (empty) empty.hidden = figure.hasResults;
    fillTable(this.#host, "numbers", figure.table);
  }

  /** Where a panel stands: the still chart's place, or a new one where the page could not know it. */
  #place(id: string): HTMLElement {
    const known = this.#host.querySelector<HTMLElement>(`[data-panel="${id}"]`);
    if (known) return known;
    const place = Object.assign(document.createElement("div"), { className: "panel", role: "img" });
    place.dataset.panel = id;
    this.#host.querySelector("[data-panels]")?.append(place);
    return place;
  }

  async #drawPanel(place: HTMLElement, id: string, spec: Figure["spec"]): Promise<void> {
    const chart = this.#charts.get(id);
    if (chart) {
      const { datasets = {} } = spec as { datasets?: Record<string, object[]> };
      for (const [name, rows] of Object.entries(datasets)) chart.view.data(name, rows);
      await chart.view.runAsync();
      return;
    }
    // Drawn out of sight first: the still chart stays until the living one, of the same size, takes its place.
    const stage = document.createElement("div");
    this.#charts.set(
      id,
      await embed(stage, withHover(spec), {
        actions: false,
        renderer: "svg",
        ast: true,
        expr: expressionInterpreter,
        tooltip: { theme: "study", offsetX: 14 },
      }),
    );
    // The place is an image with a description of its own.
    stage.ariaHidden = "true";
    place.replaceChildren(stage);
  }

  /** Saves what is shown as a file. */
  async download(end: string, name: string): Promise<void> {
    const known = fileEnds.find((one) => one === end);
    if (known && this.#figure) saveAs(await figureFile(this.#figure, known), name);
  }

  finalize(): void {
    for (const chart of this.#charts.values()) chart.finalize();
    this.#charts.clear();
  }
}
