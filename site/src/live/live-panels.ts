import type { Replication } from "../../../shared/protocol/replication.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import embed, { type Result } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { type Columns, PANEL } from "../figures/chart-style.ts";
import type { Figure, Panel } from "../figures/figure.ts";
import { figureFile, fileEnds, type LiveFigureData } from "../figures/files.ts";
import { fillTable } from "./fill-table.ts";
import { withHover } from "./hover.ts";
import { Latest } from "./latest.ts";
import { ownIn, type OwnRun, withOwnRuns } from "../figures/own-runs.ts";
import { ownAlt } from "./own-words.ts";
import { type Look, seenAs, USUAL } from "../figures/look.ts";
import { PointPicker } from "./point-picker.ts";
import { savePicture } from "./picture.ts";
import { withOrigins } from "./with-origins.ts";
import { saveAs } from "./save-as.ts";

/** A point of a chart that the reader clicked. */
export interface PointedAt {
  readonly panel: string;
  readonly series: string;
  readonly step: number;
}

/** The living charts of one figure, in the place of its still ones. */
export class LivePanels {
  readonly #host: HTMLElement;
  /** A chart is drawn anew when more than its data has changed: an axis that holds larger values, say. */
  readonly #charts = new Map<string, Pick<Result, "view" | "finalize"> & { readonly frame: string }>();
  #drawn: LiveFigureData | null = null;
  #files: Figure | null = null;
  #look: Look = USUAL;
  #own: readonly OwnRun[] = [];
  #snapshot: StudySnapshot | null = null;
  #replication: Replication | null = null;
  readonly #drawings = new Latest();

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /**
   * Draws a figure: the first time new charts, later only their data, so that nothing on the page moves.
   * @param files what its downloads are made from; null where the site has them as files
   */
  async draw(figure: LiveFigureData, files: Figure | null): Promise<void> {
    this.#files = files;
    this.#drawn = figure;
    await this.#redraw();
  }

  /** Tells it the data behind what is drawn next: who trained which points, and which pairs were trained again elsewhere. */
  know(snapshot: StudySnapshot | null, replication: Replication | null = null): void {
    this.#snapshot = snapshot;
    this.#replication = replication;
  }

  /** More pairs were trained again. */
  async knowReplicas(replication: Replication | null): Promise<void> {
    this.#replication = replication;
    await this.#redraw();
  }

  /** Where a point comes from, of what is drawn. */
  picker(place: HTMLElement): PointPicker {
    return new PointPicker(place, this.#drawn?.groups.flatMap(({ panels }) => panels) ?? [], this.#snapshot, this.#replication);
  }

  /** Draws what is shown as the reader wants to look at it. */
  async lookAs(look: Look): Promise<void> {
    this.#look = look;
    await this.#redraw();
  }

  /** Draws these runs over the others. */
  async mark(own: readonly OwnRun[]): Promise<void> {
    this.#own = own;
    await this.#redraw();
  }

  /** Those of these runs that have a curve in what is drawn. */
  among(own: readonly OwnRun[]): readonly OwnRun[] {
    return ownIn(this.#drawn?.groups.flatMap(({ panels }) => panels) ?? [], own);
  }

  /** Draws what is known by the time of its turn: what takes long to draw must not end up over what came after it. */
  #redraw(): Promise<void> {
    return this.#drawings.do(async () => {
      if (this.#drawn) await this.#drawFigure(this.#drawn);
    });
  }

  async #drawFigure({ groups, caption, hasResults, table }: LiveFigureData): Promise<void> {
    for (const group of groups) {
      for (const panel of group.panels) {
        const place = this.#place(panel.id, group.columns);
        place.setAttribute("aria-label", `${panel.alt}${ownAlt(panel, this.#own)}`);
        const known = { ...panel, spec: withOrigins(panel, this.#snapshot, this.#replication) };
        await this.#drawPanel(place, { ...panel, spec: seenAs(withOwnRuns(known, this.#own), this.#look) });
      }
    }
    const words = this.#host.querySelector("[data-caption]");
    if (words && words.textContent !== caption) words.textContent = caption;
    const empty = this.#host.querySelector<HTMLElement>("[data-empty]");
    if (empty) empty.hidden = hasResults;
    fillTable(this.#host, "numbers", table);
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
    if (hover) view.addEventListener("click", (_event, item) => this.#clicked(id, item));
    chart?.finalize();
    this.#charts.set(id, { frame, view, finalize });
    // The place is an image with a description of its own.
    stage.ariaHidden = "true";
    place.replaceChildren(stage);
  }

  /** A click near a point asks where it comes from. What is under the pointer may be the point itself or the cell of all that is nearest to it. */
  #clicked(panel: string, item: object | null | undefined): void {
    const datum = (item as { datum?: Partial<PointedAt> & { datum?: Partial<PointedAt> } } | null | undefined)?.datum;
    const { series, step } = datum?.datum ?? datum ?? {};
    if (series === undefined || step === undefined) return;
    this.#host.dispatchEvent(new CustomEvent<PointedAt>("point", { detail: { panel, series, step } }));
  }

  /** Saves what is shown as a file; false where the site has the file itself. */
  async download(end: string, name: string): Promise<boolean> {
    const figure = this.#files;
    if (!figure) return false;
    const known = fileEnds.find((one) => one === end);
    if (end === "png") await savePicture(await figureFile(figure, "svg"), name);
    else if (known) saveAs(await figureFile(figure, known), name);
    return true;
  }

  finalize(): void {
    for (const chart of this.#charts.values()) chart.finalize();
    this.#charts.clear();
  }
}
