import type { AuditRecord, ExperimentAudits } from "../../../shared/protocol/audit.ts";
import type { Replication } from "../../../shared/protocol/replication.ts";
import type { Provenance } from "../../../shared/protocol/result.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { arrived } from "../live/arrived.ts";
import { listen } from "../live/feed.ts";
import type { FeedView } from "../live/feed-view.ts";
import { listenVerdicts } from "../live/verdict-feed.ts";
import { runPlace } from "../report/run-address.ts";
import { shardCheck } from "../report/shard-check.ts";
import { instant } from "../words.ts";
import { type FoundRun, foundRun, runsOf } from "./found-run.ts";
import { auditWords, runList, runName, runWords, shardItem } from "./run-html.ts";

/** Every run, or the one whom the address names: its shards, who trained them on what, and the hashes that check them. */
class RunsPage extends HTMLElement {
  #stop: (() => void) | null = null;
  #view: FeedView | null = null;
  #drawn = "";
  #found: FoundRun | null = null;
  #replication: Replication | null = null;
  #unlisten: (() => void) | null = null;
  /** By experiment; asked for when a reader wants them, because they come from the coordinator itself. */
  readonly #audits = new Map<string, readonly AuditRecord[]>();

  connectedCallback(): void {
    this.addEventListener("click", this.#clicked);
    addEventListener("hashchange", this.#moved);
    this.#unlisten = listenVerdicts(({ replication = null }) => {
      this.#replication = replication;
      this.#drawn = "";
      this.#show();
    });
    arrived(this, () => {
      this.#stop = listen((view) => {
        if (view.reachable === null) return;
        this.#view = view;
        this.#show();
      });
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
    this.#unlisten?.();
    removeEventListener("hashchange", this.#moved);
    this.removeEventListener("click", this.#clicked);
  }

  readonly #moved = (): void => this.#show();

  #show(): void {
    const view = this.#view;
    if (!view) return;
    const versions = [view.live, view.published].flatMap((one) => one?.experiments.map(({ version }) => version) ?? []);
    const key = `${location.hash} ${view.reachable} ${versions.join()} ${this.#audits.size}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const place = runPlace(location.hash);
    // A run may stand in either, and the coordinator's word is the newer one.
    const source = [view.live, view.published].find((one) => one && (place ? foundRun(one, place) : runsOf(one).length > 0));
    this.#found = place && foundRun(source ?? null, place);
    this.querySelector<HTMLElement>("[data-one]")!.hidden = place === null;
    this.querySelector<HTMLElement>("[data-all]")!.hidden = place !== null;
    this.#say("status", view.reachable ? "" : this.#awayWords(view));
    if (place === null) {
      this.#say("name", "Every run");
      this.#say("about", source ? "" : "No shard has been accepted yet.");
      this.querySelector("[data-all]")!.replaceChildren(...runList(runsOf(source ?? null)));
    } else if (this.#found && source) this.#showRun(this.#found, place.step, source);
    else {
      this.#say("name", "No such run");
      this.#say("about", `Neither the coordinator nor the published snapshot holds ${location.hash.slice(1)}.`);
      this.querySelector<HTMLElement>("[data-one]")!.hidden = true;
    }
  }

  #showRun(found: FoundRun, step: number | null, { experiments, names }: StudySnapshot): void {
    const { experiment, variant, run } = found;
    const snapshot = experiments.find((one) => one.experiment.id === experiment.id)!;
    const checkOf = ({ shard }: Provenance) =>
      shardCheck(snapshot, { variant: variant.id, seed: run.seed }, shard, this.#replication);
    this.#say("name", runName(found));
    this.#say("about", `${found.experiment.title}. ${runWords(found)}`);
    const shards = found.run.provenance.map((shard) =>
      shardItem(shard, names, checkOf(shard), step !== null && shard.fromStep <= step && step <= shard.toStep),
    );
    this.querySelector("[data-shards]")!.replaceChildren(...shards);
    const audits = this.#audits.get(found.experiment.id);
    if (!audits) return;
    for (const item of shards) {
      const own = audits.filter(({ shard }) => shard === item.dataset["shard"]);
      if (own.length > 0) item.querySelector(".audit")!.textContent = auditWords(own);
    }
  }

  readonly #clicked = (event: Event): void => {
    if ((event.target as Element).closest("[data-audits]")) void this.#askAudits();
  };

  async #askAudits(): Promise<void> {
    const id = this.#found?.experiment.id;
    if (id === undefined) return;
    this.#say("audits", "Asking the coordinator.");
    try {
      const response = await fetch(`/api/experiments/${id}/audits`, { signal: AbortSignal.timeout(15_000) });
      if (!response.ok) throw new Error(String(response.status));
      this.#audits.set(id, ((await response.json()) as ExperimentAudits).audits);
      this.#say("audits", "What each audit found stands at its shard.");
      this.#show();
    } catch {
      this.#say("audits", "This coordinator does not answer for these runs. Audits are kept by the one that led them.");
    }
  }

  #awayWords({ published }: FeedView): string {
    return published
      ? `The coordinator is away: this is from the snapshot of ${instant(published.takenAt)}.`
      : "The coordinator is away.";
  }

  #say(slot: string, text: string): void {
    const place = this.querySelector(`[data-slot="${slot}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

if (!customElements.get("runs-page")) customElements.define("runs-page", RunsPage);
