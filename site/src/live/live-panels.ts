import embed, { type Result } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { type Columns, PANEL } from "../figures/chart-style.ts";
import type { Figure, Panel } from "../figures/figure.ts";
import { figureFile, fileEnds, type LiveFigureData } from "../figures/files.ts";
import { fillTable } from "./fill-table.ts";
import { withHover } from "./hover.ts";
import { saveAs } from "./save-as.ts";

/** The living charts of one figure, in the place of its still ones. */
export class LivePanels {
  readonly #host: HTMLElement;
  /** A chart is drawn anew when more than its data has changed: an axis that holds larger values, say. */
  readonly #charts = new Map<string, Pick<Result, "view" | "finalize"> & { readonly frame: string }>();
  #figure: Figure | null = null;

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /**
   * Draws a figure: the first time new charts, later only their data, so that nothing on the page moves.
   * @param files what its downloads are made from; null where the site has them as files
   */
  async draw(figure: LiveFigureData, files: Figure | null): Promise<void> {
    this.#figure = files;
    for (const group of figure.groups) {
      for (const panel of group.panels) {
        const place = this.#place(panel.id, group.columns);
        place.setAttribute("aria-label", panel.alt);
        await this.#drawPanel(place, panel);
      }
    }
    const caption = this.#host.querySelector("[data-caption]");
    if (caption && caption.textContent !== figure.caption) caption.textContent = figure.caption;
    const empty = this.#host.querySelector<HTMLElement>("[data-empty]");
    if (empty) empty.hidden = figure.hasResults;
    fillTable(this.#host, "numbers", figure.table);
  }

  /** Where a panel stands: the still chart's place, or a new one where the page could not know it. */
  #place(id: string, columns: Columns): HTMLElement {
    const known = this.#host.querySelector<HTMLElement>(`[data-panel="${id}"]`);
    if (known) return known;
    const place = Object.assign(document.createElement("div"), { className: "panel", role: "img" });
    place.dataset.panel = id;
    const { width, height } = PANEL[columns];
    const row = this.#host.querySelector<HTMLElement>(`.panels.${columns}`) ?? document.createElement("div");
    row.className = `panels ${columns}`;
    row.style.setProperty("--shape", `${width} / ${height}`);
    row.append(place);
    if (!row.isConnected) this.#host.querySelector("[data-panels]")?.append(row);
    return place;
  }

  async #drawPanel(place: HTMLElement, { id, spec, hover }: Panel): Promise<void> {
    const { datasets = {}, ...shape } = spec as { datasets?: Record<string, object[]> };
    const frame = JSON.stringify(shape);
    const chart = this.#charts.get(id);
    if (chart?.frame === frame) {
      for (const [name, rows] of Object.entries(datasets)) chart.view.data(name, rows);
      await chart.view.runAsync();
      return;
    }
    // Drawn out of sight first: the still chart stays until the living one, of the same size, takes its place.
    const stage = document.createElement("div");
    const { view, finalize } = await embed(stage, hover ? withHover(spec, hover) : spec, {
      actions: false,
      renderer: "svg",
      ast: true,
      expr: expressionInterpreter,
      tooltip: { theme: "study", offsetX: 14 },
    });
    chart?.finalize();
    this.#charts.set(id, { frame, view, finalize });
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
