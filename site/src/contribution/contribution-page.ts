import type { Volunteers } from "../../../shared/protocol/session.ts";
import type { Phase } from "../../../shared/volunteer/view.ts";
import { keepOwnVolunteer } from "../data/own-volunteer.ts";
import { watchVolunteer } from "../donate/session.ts";
import { arrived } from "../live/arrived.ts";
import { listen } from "../live/feed.ts";
import type { FeedView } from "../live/feed-view.ts";
import { fillTable } from "../live/fill-table.ts";
import { duration, instant, plural } from "../words.ts";
import { certificatePng, certificateSvg } from "./certificate.ts";
import { certificateFonts } from "./certificate-fonts.ts";
import { type Given, givenBy } from "./given.ts";
import { drawRuns } from "./run-curves.ts";
import { listTable, runsTable, sinceWords } from "./given-words.ts";

/** Whoever is in one of these trains nothing in this tab. */
const NOT_TRAINING: ReadonlySet<Phase["kind"]> = new Set(["stopped", "failed", "elsewhere"]);

/** What one volunteer gave: the one whom the address names, else this browser's own; and the list of those who wish to stand on it. */
class ContributionPage extends HTMLElement {
  #stop: (() => void) | null = null;
  #unwatch: (() => void) | null = null;
  #drawn = "";
  /** Whose page it is; null until it is known, or where this browser never trained. */
  #volunteer: string | null = null;
  #isOwn = false;
  /** This tab trains; another one may. */
  #isAtWork = false;
  #view: FeedView | null = null;
  #fonts: Promise<string> | null = null;

  connectedCallback(): void {
    this.addEventListener("click", this.#clicked);
    arrived(this, () => this.#begin());
  }

  #begin(): void {
    this.#volunteer = new URLSearchParams(location.search).get("of");
    this.#isOwn = this.#volunteer === null;
    this.#stop = listen((view) => {
      if (view.reachable === null) return;
      const versions = [view.live, view.published].flatMap((one) => one?.experiments.map(({ version }) => version) ?? []);
      const key = `${view.reachable} ${versions.join()}`;
      if (key === this.#drawn) return;
      this.#drawn = key;
      this.#view = view;
      this.#show();
      if (this.#isOwn) void this.#own();
    });
    if (this.#isOwn) this.#unwatch = this.#watchOwn();
    else this.#say("local", "");
    void this.#list();
  }

  disconnectedCallback(): void {
    this.#stop?.();
    this.#unwatch?.();
    this.removeEventListener("click", this.#clicked);
  }

  /** Looks when it begins, whenever this tab hands in a shard, or begins or stops to train, and when the reader comes back from another tab. */
  #watchOwn(): () => void {
    let known = "";
    const unwatch = watchVolunteer(({ phase, contribution }) => {
      this.#isAtWork = !NOT_TRAINING.has(phase.kind);
      const key = `${this.#isAtWork} ${contribution.shards}`;
      if (key === known) return;
      known = key;
      void this.#own();
    });
    const back = () => {
      if (!document.hidden) void this.#own();
    };
    document.addEventListener("visibilitychange", back);
    return () => {
      unwatch();
      document.removeEventListener("visibilitychange", back);
    };
  }

  /** A browser that never trained has nothing to look up, and gets no key made for it. */
  async #own(): Promise<void> {
    const { givenHere, isTraining, ownId } = await import("./own.ts");
    const { shards, steps, trainMs } = await givenHere();
    // A page that came without TLS has no locks.
    const isAtWork = this.#isAtWork || (await isTraining().catch(() => false));
    const local =
      shards === 0
        ? `This browser ${isAtWork ? "trains its first shard" : "has not handed in a shard yet"}. Every shard that it trains will stand here, in the curves of its runs.`
        : `This browser has handed in ${plural(shards, "shard")}: ${plural(steps, "step")}, ${duration(trainMs / 1000)} of training.`;
    this.#say("local", local);
    this.querySelectorAll<HTMLElement>("[data-own]").forEach((part) => (part.hidden = shards === 0));
    this.querySelector<HTMLElement>("[data-none]")!.hidden = shards > 0 || isAtWork;
    if (shards === 0) return;
    this.#volunteer = await ownId();
    keepOwnVolunteer(this.#volunteer);
    this.#show();
  }

  /** By the coordinator's word, or where it has none by the published one: a volunteer may stand in either. */
  get #given(): Given | null {
    const [volunteer, view] = [this.#volunteer, this.#view];
    return volunteer === null || !view ? null : (givenBy(view.live, volunteer) ?? givenBy(view.published, volunteer));
  }

  #show(): void {
    const given = this.#given;
    this.querySelectorAll<HTMLElement>("[data-given]").forEach((part) => (part.hidden = given === null));
    const { reachable, published } = this.#view ?? { reachable: null, published: null };
    const away = published
      ? `The coordinator is away: this is from the snapshot of ${instant(published.takenAt)}.`
      : "The coordinator is away.";
    this.#say("status", reachable === false ? away : "");
    if (given) {
      this.#say("name", this.#isOwn ? "What you gave" : given.name);
      this.#say(
        "given",
        `${plural(given.steps, "step")} in ${plural(given.shards, "shard")} were accepted: ${duration(given.computeMs / 1000)} of computing, ${sinceWords(given)}.`,
      );
      fillTable(this, "runs", runsTable(given));
      const curves = this.querySelector("[data-curves]");
      if (curves) drawRuns(curves, given);
      const link = this.querySelector<HTMLAnchorElement>("[data-permalink]");
      const href = `/contribution?of=${encodeURIComponent(given.volunteer.slice(0, 16))}`;
      if (link) Object.assign(link, { href, textContent: `${location.host}${href}` });
      void this.#picture(given);
    } else if (this.#volunteer !== null && this.#view) {
      this.#say(
        "given",
        this.#isOwn
          ? "None of it stands in the published numbers yet: they follow within a minute."
          : "Nothing of this volunteer stands in the numbers shown here.",
      );
    }
  }

  async #picture(given: Given): Promise<void> {
    const picture = this.querySelector<HTMLImageElement>("[data-certificate]");
    const svg = await this.#certificate(given);
    if (picture) picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  }

  async #certificate(given: Given): Promise<string> {
    return certificateSvg(given, location.origin, await (this.#fonts ??= certificateFonts()));
  }

  async #list(): Promise<void> {
    try {
      const response = await fetch("/api/volunteers", { signal: AbortSignal.timeout(15_000) });
      if (!response.ok) throw new Error(String(response.status));
      fillTable(this, "list", listTable(((await response.json()) as Volunteers).list));
    } catch {
      this.#say("list", "The list comes from the coordinator, which is away.");
    }
  }

  readonly #clicked = (event: Event): void => {
    if ((event.target as Element).closest("[data-save]")) void this.#save();
  };

  async #save(): Promise<void> {
    const given = this.#given;
    if (!given) return;
    const url = URL.createObjectURL(await certificatePng(await this.#certificate(given)));
    Object.assign(document.createElement("a"), { href: url, download: "batchnorm-at-home.png" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  #say(slot: string, text: string): void {
    const place = this.querySelector(`[data-slot="${slot}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

if (!customElements.get("contribution-page")) customElements.define("contribution-page", ContributionPage);
