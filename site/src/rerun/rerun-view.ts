import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { arrived } from "../live/arrived.ts";
import { listen } from "../live/feed.ts";
import type { FeedView } from "../live/feed-view.ts";
import type { LivePanels } from "../live/live-panels.ts";
import { ago } from "../words.ts";
import { changes, pageOf, progressWords } from "./rerun-words.ts";

/** The reruns' page: one rerun's figures where the address names it, else the list of all. */
class RerunView extends HTMLElement {
  #stop: (() => void) | null = null;
  #drawn = "";
  readonly #panels = new Map<string, LivePanels>();

  connectedCallback(): void {
    arrived(this, () => this.#begin());
  }

  #begin(): void {
    const id = new URLSearchParams(location.search).get("id");
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const experiments = known(view);
      if (id === null) this.#list(experiments, view);
      else this.#one(id, experiments, view);
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
    for (const panels of this.#panels.values()) panels.finalize();
  }

  #list(experiments: readonly ExperimentSnapshot[], view: FeedView): void {
    const reruns = experiments.filter(({ experiment }) => experiment.parent !== null);
    this.#view("list");
    this.#say(
      "status",
      reruns.length > 0
        ? ""
        : view.reachable
          ? "Nobody has asked for a rerun yet."
          : "The coordinator is away, and the published snapshot holds no rerun. The list comes back with it.",
    );
    const items = reruns.map((rerun) => {
      const item = document.createElement("li");
      const link = Object.assign(document.createElement("a"), {
        href: pageOf(rerun.experiment),
        textContent: rerun.experiment.id,
      });
      const words = document.createElement("p");
      words.textContent = `${sentence(changesOf(rerun, experiments))} ${progressWords(rerun)}`;
      item.append(link, words);
      return item;
    });
    this.querySelector("[data-list]")?.replaceChildren(...items);
  }

  #one(id: string, experiments: readonly ExperimentSnapshot[], view: FeedView): void {
    const found = experiments.find(({ experiment }) => experiment.id === id);
    if (!found) {
      this.#view("list");
      this.#say(
        "status",
        view.reachable
          ? `This coordinator knows no experiment “${id}”.`
          : "The coordinator is away, and the published snapshot does not hold this rerun.",
      );
      return;
    }
    this.#view("one");
    const { experiment } = found;
    const parent = experiments.find((other) => other.experiment.id === experiment.parent);
    this.#say("id", experiment.id);
    this.#say("question", experiment.question);
    this.#say("changes", sentence(changesOf(found, experiments)));
    this.#say("reason", experiment.reason === null ? "" : `Asked for because: ${experiment.reason}`);
    this.#say("progress", progressWords(found));
    this.#say("freshness", freshness(found, view));
    const link = this.querySelector<HTMLAnchorElement>("[data-parent]");
    if (link) {
      link.textContent = parent?.experiment.title ?? experiment.parent ?? "";
      link.href = parent ? pageOf(parent.experiment) : "/#does-it-help";
    }
    const key = `${experiment.id}:${found.version}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    void this.#draw(found);
    void this.#judge(experiment.id);
  }

  async #judge(id: string): Promise<void> {
    const { rerunClaims } = await import("./rerun-claims.ts");
    const told = await rerunClaims(id);
    this.#say("claims", told?.words ?? "Its runs have not been judged yet.");
    const items = (told?.rows ?? []).map(({ id: claim, title, own, parts }) => {
      const item = this.querySelector<HTMLTemplateElement>("[data-claim-row]")!.content.cloneNode(true) as DocumentFragment;
      for (const [name, html] of Object.entries(parts)) {
        const place = item.querySelector(`[data-part="${name}"]`);
        if (place) place.innerHTML = html;
      }
      item.querySelector("[data-title]")!.textContent = title;
      const link = item.querySelector("a")!;
      link.textContent = claim;
      link.href = `/claims#${claim}`;
      item.querySelector("[data-own]")!.textContent = own ? `In the study’s own runs: ${own.toLowerCase()}.` : "";
      return item;
    });
    this.querySelector("[data-claims]")?.replaceChildren(...items);
  }

  async #draw(experiment: ExperimentSnapshot): Promise<void> {
    const { LivePanels, rerunFigures } = await import("./rerun-figures.ts");
    const figures = rerunFigures(experiment);
    for (const host of this.querySelectorAll<HTMLElement>("figure")) {
      const figure = figures.find(({ id }) => id === host.id);
      host.hidden = figure === undefined;
      if (!figure) continue;
      const title = host.querySelector(`#${figure.id}-title`);
      if (title?.lastChild) title.lastChild.textContent = ` ${figure.title}`;
      const panels = this.#panels.get(figure.id) ?? new LivePanels(host);
      this.#panels.set(figure.id, panels);
      await panels.draw(figure, figure);
    }
  }

  #view(name: "list" | "one"): void {
    for (const part of this.querySelectorAll<HTMLElement>("[data-view]")) part.hidden = part.dataset["view"] !== name;
  }

  #say(slot: string, text: string): void {
    const place = this.querySelector<HTMLElement>(`[data-slot="${slot}"]`);
    if (!place) return;
    if (place.textContent !== text) place.textContent = text;
    place.hidden = text === "";
  }
}

/** Every experiment that the page knows of; the coordinator's word counts before the published one. */
function known({ live, published }: FeedView): readonly ExperimentSnapshot[] {
  const own = live?.experiments ?? [];
  const ids = new Set(own.map(({ experiment }) => experiment.id));
  return [...own, ...(published?.experiments ?? []).filter(({ experiment }) => !ids.has(experiment.id))];
}

const changesOf = ({ experiment }: ExperimentSnapshot, all: readonly ExperimentSnapshot[]): string =>
  changes(experiment.plan, all.find((other) => other.experiment.id === experiment.parent)?.experiment.plan).join("; ");

const sentence = (words: string) => (words ? `${words.charAt(0).toUpperCase()}${words.slice(1)}.` : "");

function freshness({ lastResultAt }: ExperimentSnapshot, { reachable }: FeedView): string {
  const last = lastResultAt === null ? "waiting for the first result" : `last result ${ago(lastResultAt, Date.now())}`;
  return reachable ? `Live: ${last}.` : `Coordinator away: what it said last, with ${last}.`;
}

if (!customElements.get("rerun-view")) customElements.define("rerun-view", RerunView);
