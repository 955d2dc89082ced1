import { listen, want } from "./feed.ts";
import { shown, type FeedView, type Shown } from "./feed-view.ts";
import type { LivePanels } from "./live-panels.ts";

/** Charts are heavy, so their code comes when a figure is first seen. */
const code = () => import("./study-figure.ts");

/** A figure of the static report that comes alive once it is seen: pointer read-outs, new results in place, files of what is shown. */
class LiveFigure extends HTMLElement {
  #stop: (() => void) | null = null;
  #panels: Promise<LivePanels> | null = null;
  #drawn = "";
  #observer: IntersectionObserver | null = null;

  connectedCallback(): void {
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.#wake();
      },
      { rootMargin: "200px" },
    );
    this.#observer.observe(this);
    this.addEventListener("click", this.#click);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#stop?.();
    this.#stop = null;
    this.removeEventListener("click", this.#click);
    void this.#panels?.then((panels) => panels.finalize());
    this.#panels = null;
    this.#drawn = "";
  }

  #wake(): void {
    this.#observer?.disconnect();
    this.#panels ??= code().then(({ LivePanels }) => new LivePanels(this));
    this.#stop ??= listen((view) => void this.#show(view));
  }

  async #show(view: FeedView): Promise<void> {
    if (view.reachable === null) return;
    const now = shown(view, Date.now());
    this.#say(now);
    if (now.key === this.#drawn) return;
    this.#drawn = now.key;
    const panels = await this.#panels;
    if (panels) await (await code()).drawStudyFigure(panels, this.dataset.figure ?? "", now.snapshot);
  }

  #say({ status, live, other }: Shown): void {
    const line = this.querySelector<HTMLElement>("[data-status]");
    if (line && line.textContent !== status) line.textContent = status;
    line?.toggleAttribute("data-live", live);
    const button = this.querySelector<HTMLButtonElement>("[data-switch]");
    if (!button) return;
    button.hidden = other === null;
    button.textContent = other?.words ?? "";
    button.value = other?.source ?? "";
  }

  readonly #click = (event: Event): void => {
    const target = event.target as HTMLElement;
    const button = target.closest<HTMLButtonElement>("[data-switch]");
    if (button) want(button.value === "live" ? "live" : "published");
    const link = target.closest<HTMLAnchorElement>("[data-file]");
    if (link && this.#drawn.startsWith("live")) {
      event.preventDefault();
      void this.#panels?.then((panels) => panels.download(link.dataset.file ?? "", link.download));
    }
  };
}

if (!customElements.get("live-figure")) customElements.define("live-figure", LiveFigure);
