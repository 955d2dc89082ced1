import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import type { Replication } from "../../../shared/protocol/replication.ts";
import { ownVolunteer, showOwnRuns, showsOwnRuns, watchOwn } from "../data/own-volunteer.ts";
import { type OwnRun, ownRuns } from "../figures/own-runs.ts";
import { profilesOf, usualProfile } from "../data/profiles.ts";
import { listen, want } from "./feed.ts";
import { shown, type FeedView, type Shown } from "./feed-view.ts";
import { Latest } from "./latest.ts";
import type { LivePanels, PointedAt } from "./live-panels.ts";
import { readLook } from "./look-controls.ts";
import { wantedProfile, wantProfile, watchProfile } from "./profile.ts";
import { fillStills } from "./stills.ts";
import { listenVerdicts } from "./verdict-feed.ts";

/** Charts are heavy, so their code comes when there is something to draw that was not drawn at build. */
const code = () => import("./study-figure.ts");

/**
 * A figure of the static report that comes alive once it is seen: its charts, new results in place, files of what is shown, and pointer
 * read-outs. Published data stay as they were drawn at build until a pointer asks something of them.
 */
class LiveFigure extends HTMLElement {
  #stop: (() => void) | null = null;
  #panels: Promise<LivePanels> | null = null;
  #drawn = "still";
  #shown: Shown | null = null;
  #replication: Replication | null = null;
  #observer: IntersectionObserver | null = null;
  #unwatch: (() => void)[] = [];
  readonly #drawings = new Latest();

  get #id(): string {
    return this.dataset.figure ?? "";
  }

  connectedCallback(): void {
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.#wake();
      },
      { rootMargin: "600px" },
    );
    this.#observer.observe(this);
    this.addEventListener("click", this.#click);
    this.addEventListener("change", this.#change);
    this.addEventListener("point", this.#pointed);
    // Opening does not bubble.
    this.querySelector("[data-point]")?.addEventListener("toggle", this.#askedForPoint);
    for (const hidden of this.querySelectorAll<HTMLElement>("[data-needs-script]")) hidden.hidden = false;
    const snippet = this.querySelector("[data-embed]");
    if (snippet?.textContent) snippet.textContent = snippet.textContent.replace("https://…", location.origin);
    this.addEventListener("pointerover", this.#pointer, { once: true });
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#stop?.();
    for (const end of this.#unwatch) end();
    this.#stop = null;
    this.#unwatch = [];
    this.removeEventListener("click", this.#click);
    this.removeEventListener("change", this.#change);
    this.removeEventListener("point", this.#pointed);
    void this.#panels?.then((panels) => panels.finalize());
    this.#panels = null;
    this.#drawn = "still";
  }

  #wake(): void {
    this.#observer?.disconnect();
    void fillStills(this, this.#id);
    this.#stop ??= listen((view) => void this.#show(view));
    if (this.#unwatch.length > 0) return;
    this.#unwatch = [
      watchOwn(() => void this.#markOwn()),
      watchProfile(() => void (this.#shown && this.#draw(this.#shown))),
      listenVerdicts(({ replication = null }) => {
        this.#replication = replication;
        void this.#panels?.then((panels) => panels.knowReplicas(replication));
      }),
    ];
  }

  async #show(view: FeedView): Promise<void> {
    if (view.reachable === null) return;
    const now = shown(view, Date.now());
    this.#shown = now;
    this.#say(now);
    // Who asked for a point before there were data gets it now.
    const asked = this.querySelector("[data-point][open] [data-point-words]");
    if (asked?.textContent === "") void this.#showPoint(null);
    // What was drawn at build is the published data already.
    const isUsual = this.#profile === null || this.#profile === usualProfile(now.snapshot);
    this.#saySizes();
    if (now.source === "published" && this.#drawn === "still" && this.#own.length === 0 && isUsual) return;
    await this.#draw(now);
    await this.#markOwn();
  }

  /** The runs of this browser's volunteer in the data that are shown. */
  get #own(): readonly OwnRun[] {
    const volunteer = ownVolunteer();
    return volunteer === null ? [] : ownRuns(this.#shown?.snapshot ?? null, volunteer);
  }

  /** Draws this browser's own runs over the others, and says so in the key, where its volunteer has one here. */
  async #markOwn(): Promise<void> {
    const line = this.querySelector<HTMLElement>("[data-own-runs]");
    const own = this.#own;
    if (!line || (own.length === 0 && line.hidden)) return;
    if (this.#shown && this.#drawn === "still") await this.#draw(this.#shown);
    const panels = await this.#living();
    const { ownKey } = await code();
    const here = panels.among(own);
    const isShown = showsOwnRuns();
    await panels.mark(isShown ? here : []);
    line.hidden = here.length === 0;
    line.querySelector("input")!.checked = isShown;
    if (here.length > 0) line.querySelector("[data-own-words]")!.textContent = ownKey(here);
  }

  async #draw({ key, source, snapshot }: Shown): Promise<void> {
    const profile = this.#profile;
    const sized = `${key} ${profile ?? ""}`;
    if (sized === this.#drawn) return this.#drawings.settled();
    this.#drawn = sized;
    this.#saySizes();
    await this.#drawings.do(async () => {
      const panels = await this.#living();
      panels.know(snapshot, this.#replication);
      const { drawLive, drawPublished } = await code();
      await (source === "live" ? drawLive(panels, this.#id, snapshot, profile) : drawPublished(panels, this.#files));
    });
  }

  /** The sizes of which there are runs for this figure. */
  get #profiles(): readonly ProfileName[] {
    return profilesOf(this.#shown?.snapshot ?? null, (this.dataset["experiments"] ?? "").split(" "));
  }

  /** The size that the reader wants; null where there is no choice, or it was not made. */
  get #profile(): ProfileName | null {
    const wanted = wantedProfile();
    return wanted && this.#profiles.length > 1 ? wanted : null;
  }

  /** What the published files of what is shown are called. */
  get #files(): string {
    return [this.#id, this.#profile].filter(Boolean).join(".");
  }

  /** Says in the fields which size is shown, and which there are; files and the snippet follow. */
  #saySizes(): void {
    const profiles = this.#profiles;
    const shown = this.#profile ?? (profiles.length === 1 ? profiles[0] : usualProfile(this.#shown?.snapshot ?? null));
    for (const box of this.querySelectorAll<HTMLInputElement>("[data-size] input")) {
      box.disabled = !profiles.some((profile) => profile === box.value);
      box.checked = box.value === shown;
    }
    const missing = this.querySelector<HTMLElement>("[data-size-missing]");
    if (missing) missing.hidden = profiles.length > 1;
    // Of a coordinator's own data the site has no files: a click makes them.
    const files = this.#shown?.source === "live" ? this.#id : this.#files;
    for (const link of this.querySelectorAll<HTMLAnchorElement>("[data-file]")) {
      const end = link.dataset["file"] === "png" ? "svg" : link.dataset["file"];
      link.href = `/figures/${files}.${end}`;
    }
    const snippet = this.querySelector("[data-embed]");
    const asked = this.#profile === null ? "" : `?profile=${this.#profile}`;
    if (snippet) snippet.textContent = (snippet.textContent ?? "").replace(/(\/embed\/\w+)[^"]*"/, `$1${asked}"`);
  }

  readonly #pointer = (): void => {
    if (this.#shown?.source === "published") void this.#draw(this.#shown);
    else if (!this.#shown) this.addEventListener("pointerover", this.#pointer, { once: true });
  };

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
    if (link && (this.#drawn.startsWith("live") || link.dataset.file === "png")) {
      event.preventDefault();
      void this.#download(link);
    }
    const copy = target.closest<HTMLButtonElement>("[data-copy]");
    if (copy) void this.#copy(copy);
  };

  readonly #change = (event: Event): void => {
    const controls = (event.target as HTMLElement).closest<HTMLFieldSetElement>("[data-look]");
    if (controls) void this.#lookAs(controls);
    if ((event.target as HTMLElement).closest("[data-point]")) void this.#showPoint(null);
    const box = event.target as HTMLInputElement;
    if (box.closest("[data-size]")) wantProfile(box.value as ProfileName);
    if (box.name === "own-runs") showOwnRuns(box.checked);
  };

  readonly #pointed = (event: Event): void => {
    const details = this.querySelector<HTMLDetailsElement>("[data-point]");
    if (details) details.open = true;
    void this.#showPoint((event as CustomEvent<PointedAt>).detail);
  };

  readonly #askedForPoint = (event: Event): void => {
    if ((event.target as HTMLDetailsElement).open) void this.#showPoint(null);
  };

  /** Where a point comes from: the one that was pointed at, or else the one that the fields name. */
  async #showPoint(pointed: PointedAt | null): Promise<void> {
    const place = this.querySelector<HTMLElement>("[data-point]");
    if (!place || !this.#shown) return;
    await this.#draw(this.#shown);
    const picker = (await this.#living()).picker(place);
    if (pointed) picker.pick(pointed.panel, pointed.series, pointed.step);
    else picker.show();
  }

  /** The living charts; asked for at once by whoever comes first, so that nobody's wish is lost while their code is on its way. */
  #living(): Promise<LivePanels> {
    this.#panels ??= code().then(({ LivePanels }) => new LivePanels(this));
    return this.#panels;
  }

  async #lookAs(controls: HTMLFieldSetElement): Promise<void> {
    // What was drawn at build cannot change its look: the same figure comes alive first.
    const isStill = this.#drawn === "still";
    if (isStill && !this.#shown) this.#drawn = "published";
    const panels = await this.#living();
    await panels.lookAs(readLook(controls));
    if (!isStill) return;
    if (this.#shown) await this.#draw(this.#shown);
    else await this.#drawings.do(async () => (await code()).drawPublished(panels, this.#files));
  }

  async #download(link: HTMLAnchorElement): Promise<void> {
    const panels = await this.#panels;
    if (await panels?.download(link.dataset.file ?? "", link.download)) return;
    const { savePicture } = await import("./picture.ts");
    const drawing = await fetch(link.href);
    if (drawing.ok) await savePicture(await drawing.text(), link.download);
  }

  async #copy(button: HTMLButtonElement): Promise<void> {
    const words = button.textContent;
    const copied = await navigator.clipboard.writeText(this.querySelector("[data-embed]")?.textContent ?? "").then(
      () => true,
      () => false,
    );
    button.textContent = copied ? "Copied" : "Select it and copy by hand";
    setTimeout(() => (button.textContent = words), 2500);
  }
}

if (!customElements.get("live-figure")) customElements.define("live-figure", LiveFigure);
