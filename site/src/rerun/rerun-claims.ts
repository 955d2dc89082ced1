import { claims } from "../../../shared/claims/index.ts";
import { shownJudgement } from "../../../shared/claims/judging/shown.ts";
import type { Judgement, Verdicts } from "../../../shared/protocol/verdicts.ts";
import { claimParts } from "../report/claim-html.ts";
import { shapeOf, standingOf } from "../report/claim-words.ts";
import { percent } from "../words.ts";
import { askVerdicts } from "../live/ask-verdicts.ts";

/** What a rerun's runs say to the claims, alone; and beside it what the study's own say. */
export interface RerunClaims {
  readonly words: string;
  readonly rows: readonly {
    readonly id: string;
    readonly title: string;
    readonly own: string;
    readonly parts: Readonly<Record<string, string>>;
  }[];
}

const STRIP = 260;

/** From the coordinator, or else from the published snapshot; null where neither has judged it. */
export async function rerunClaims(id: string): Promise<RerunClaims | null> {
  const [live, study, published] = await Promise.all([
    askVerdicts(`/api/verdicts/${encodeURIComponent(id)}`),
    askVerdicts("/api/verdicts"),
    askVerdicts("/verdicts.json"),
  ]);
  const families = [...(live?.families ?? []), ...(published?.families ?? [])];
  const family = families.find(({ family: { rerun } }) => rerun?.id === id);
  const own = study && study.families.length > 0 ? study : published;
  return family ? toldBy(family.judgements, own) : null;
}

/** @param own the study's own verdicts */
export function toldBy(judgements: readonly Judgement[], own: Verdicts | null): RerunClaims {
  const [first] = judgements;
  if (!first?.family.rerun) return { words: "It trains both arms of no claim, so it says nothing to any.", rows: [] };
  const { alpha, family } = first;
  const size = alpha * claims.length;
  return {
    words: `A family of its own: its runs are never pooled with the study’s. Because it is number ${family.rerun!.ordinal} among the reruns of its experiment, its verdicts may be wrong with probability ${percent(size, size < 0.01 ? 2 : 1)} together and ${percent(alpha, 2)} each, so they take more pairs.`,
    rows: judgements.flatMap((judgement) => {
      const claim = claims.find((one) => one.id === judgement.claim);
      if (!claim) return [];
      const parent = own && shownJudgement(own, claim.id);
      return [
        {
          id: claim.id,
          title: claim.title,
          own: parent ? standingOf(parent).words : "",
          parts: claimParts(shapeOf(claim), judgement, STRIP),
        },
      ];
    }),
  };
}
