import type { StudySnapshot } from "../../protocol/snapshot.ts";
import type { Claim } from "./claim.ts";
import { type Family, familiesOf } from "./family.ts";
import { judge, type Judgement } from "./judge.ts";

/** A family's judgements, claim by claim; claims of which it does not train both arms are left out. */
export interface FamilyReport {
  readonly family: Family;
  readonly judgements: readonly { readonly claim: Claim; readonly judgement: Judgement }[];
}

/** Every claim judged by every family of runs that a snapshot has: one function for the report, the Worker and the command line. */
export function judgeAll(claims: readonly Claim[], snapshot: StudySnapshot): FamilyReport[] {
  return familiesOf(snapshot).map((family) => ({
    family,
    judgements: claims.flatMap((claim) => {
      const judgement = judge(claim, snapshot, family, claims.length);
      return judgement ? [{ claim, judgement }] : [];
    }),
  }));
}

/** The judgement that a page shows for a claim: by runs of the paper's size where any pair of them is finished, else the pilot's. */
export function shownJudgement(reports: readonly FamilyReport[], claim: Claim): Judgement | null {
  const own = reports.filter(({ family }) => family.rerun === null);
  const found = own.flatMap(({ judgements }) =>
    judgements.filter((one) => one.claim.id === claim.id).map((one) => one.judgement),
  );
  return found.find(({ isPaperSize, n }) => isPaperSize && n > 0) ?? found.find(({ n }) => n > 0) ?? found[0] ?? null;
}
