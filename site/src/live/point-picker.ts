import type { Replication } from "../../../shared/protocol/replication.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { volunteerName } from "../data/volunteer-name.ts";
import type { Panel, PanelArm } from "../figures/figure.ts";
import { nearestPoint, pointsOf, pointWords } from "../figures/point.ts";
import { deviceWords, type Origin, originsAt } from "../report/origins.ts";
import { runAddress } from "../report/run-address.ts";
import { checkWords } from "../report/shard-check.ts";

/** A curve that can be asked where it comes from. */
interface Curve {
  readonly panel: Panel;
  readonly arm: PanelArm;
}

/** Under a figure: a curve and a step, by the pointer on a chart or by hand, and the shards behind that point. */
export class PointPicker {
  readonly #place: HTMLElement;
  readonly #curves: readonly Curve[];
  readonly #snapshot: StudySnapshot | null;
  readonly #replication: Replication | null;

  constructor(place: HTMLElement, panels: readonly Panel[], snapshot: StudySnapshot | null, replication: Replication | null) {
    this.#place = place;
    this.#curves = panels.flatMap((panel) => (panel.arms ?? []).map((arm) => ({ panel, arm })));
    this.#snapshot = snapshot;
    this.#replication = replication;
    const names = this.#curves.map(({ panel, arm }) => `${panel.title ?? ""}: ${arm.name}`);
    const select = this.#select;
    if ([...select.options].map(({ text }) => text).join() !== names.join())
      select.replaceChildren(...names.map((name, index) => new Option(name, String(index))));
  }

  get #select(): HTMLSelectElement {
    return this.#place.querySelector<HTMLSelectElement>("[data-curve]")!;
  }

  get #step(): HTMLInputElement {
    return this.#place.querySelector<HTMLInputElement>("[data-step]")!;
  }

  /** Shows the point that was pointed at. */
  pick(panelId: string, series: string, step: number): void {
    const index = this.#curves.findIndex(({ panel, arm }) => panel.id === panelId && arm.name === series);
    if (index < 0) return;
    this.#select.value = String(index);
    this.#step.value = String(step);
    this.show();
  }

  /** Shows the point that the fields name: that of the nearest step which has one. */
  show(): void {
    const curve = this.#curves[Number(this.#select.value)];
    if (!curve) return;
    const points = pointsOf(curve.panel, curve.arm);
    const point = nearestPoint(points, this.#step.value === "" ? Infinity : this.#step.valueAsNumber) ?? null;
    this.#step.max = String(points.at(-1)?.step ?? 0);
    const all = point ? originsAt(this.#snapshot, curve.arm, point.step, this.#replication) : [];
    const origins = all.filter(({ seed }) => point?.seed === undefined || seed === point.seed);
    this.#place.querySelector("[data-point-words]")!.textContent = point
      ? `${curve.arm.name} at step ${point.step.toLocaleString("en")}: ${pointWords(point, curve.panel.hover)}.`
      : "No shard of this curve has been accepted yet.";
    const table = this.#place.querySelector<HTMLElement>("[data-origins]")!;
    table.hidden = origins.length === 0;
    const rows = origins.map((origin) => row(curve.arm, origin, point?.step ?? 0, this.#snapshot?.names));
    table.querySelector("tbody")!.replaceChildren(...rows);
  }
}

function row(arm: PanelArm, { seed, shard, check }: Origin, step: number, names: StudySnapshot["names"]): HTMLTableRowElement {
  const line = document.createElement("tr");
  const cell = (content: string | Node) => {
    const td = document.createElement("td");
    td.append(content);
    return td;
  };
  const link = Object.assign(document.createElement("a"), {
    href: runAddress({ ...arm, seed, step }),
    textContent: `Seed ${seed}`,
  });
  const model = Object.assign(document.createElement("code"), {
    textContent: shard.modelSha256.slice(0, 10),
    title: shard.modelSha256,
  });
  line.append(
    cell(link),
    cell(`${shard.fromStep.toLocaleString("en")}\u2060–\u2060${shard.toStep.toLocaleString("en")}`),
    cell(volunteerName(shard.volunteer, names)),
    cell(deviceWords(shard.device)),
    cell(checkWords(check)),
    cell(model),
  );
  return line;
}
