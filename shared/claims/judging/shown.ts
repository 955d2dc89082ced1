import type { Judgement, Verdicts } from "../../protocol/verdicts.ts";

/** The judgement that a page shows for a claim: by runs of the paper's size where any pair of them is finished, else the pilot's. */
export function shownJudgement({ families }: Pick<Verdicts, "families">, claim: string): Judgement | null {
  const own = families.filter(({ family }) => family.rerun === null);
  const found = own.flatMap(({ judgements }) => judgements.filter((one) => one.claim === claim));
  return found.find(({ isPaperSize, n }) => isPaperSize && n > 0) ?? found.find(({ n }) => n > 0) ?? found[0] ?? null;
}
