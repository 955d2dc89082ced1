import { shownJudgement } from "../../../shared/claims/judging/shown.ts";
import type { Verdicts } from "../../../shared/protocol/verdicts.ts";
import { claimParts, decidedHtml, gaugeSvg, markSvg } from "../report/claim-html.ts";
import { claimTables } from "../report/claim-tables.ts";
import { type ClaimShape, type Judged, overviewWords, standingOf, standingsWords } from "../report/claim-words.ts";
import { listenVerdicts } from "./verdict-feed.ts";

/** Claims on a page, kept up to date in place: rows with their evidence, and the overview's signs. */
class LiveClaims extends HTMLElement {
  #stop: (() => void) | null = null;

  connectedCallback(): void {
    this.#stop = listenVerdicts((verdicts) => this.#show(verdicts));
  }

  disconnectedCallback(): void {
    this.#stop?.();
  }

  #show(verdicts: Verdicts): void {
    const judged: (Judged & { id: string; title: string })[] = [];
    for (const host of this.querySelectorAll<HTMLElement>("[data-claim]")) {
      const shape = JSON.parse(host.dataset["shape"] ?? "{}") as ClaimShape;
      const id = host.dataset["claim"] ?? "";
      const judgement = shownJudgement(verdicts, id);
      judged.push({ id, title: host.title, shape, judgement });
      const parts = {
        ...claimParts(shape, judgement, Number(this.dataset["strip"] ?? 260)),
        ...claimTables(shape, judgement),
        mark: markSvg(judgement),
        gauge: gaugeSvg(shape, judgement),
        words: standingOf(judgement).words,
      };
      for (const [name, html] of Object.entries(parts)) {
        const place = host.querySelector(`[data-part="${name}"]`);
        if (place && place.innerHTML !== html) place.innerHTML = html;
      }
    }
    for (const row of this.querySelectorAll<HTMLElement>("[data-row]")) {
      const ids = [...row.querySelectorAll<HTMLElement>("[data-claim]")].map(({ dataset }) => dataset["claim"] ?? "");
      row.querySelector("[data-row-words]")!.textContent = standingsWords(ids.map((id) => shownJudgement(verdicts, id)));
    }
    const overview = this.querySelector("[data-overview]");
    if (overview) overview.textContent = overviewWords(judged);
    const decided = this.querySelector("[data-decided]");
    if (!decided) return;
    const html = decidedHtml(judged);
    if (decided.innerHTML !== html) decided.innerHTML = html;
  }
}

if (!customElements.get("live-claims")) customElements.define("live-claims", LiveClaims);
