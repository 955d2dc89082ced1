import type { StudySnapshot } from "../../protocol/snapshot.ts";
import type { Verdicts } from "../../protocol/verdicts.ts";
import type { Claim } from "./claim.ts";
import { type Family, familiesOf } from "./family.ts";
import { judge, type Judgement } from "./judge.ts";
import { readExperiment, type Readings } from "./readings.ts";

/** A family's judgements, claim by claim; claims of which it does not train both arms are left out. */
export interface FamilyReport {
  readonly family: Family;
  readonly judgements: readonly { readonly claim: Claim; readonly judgement: Judgement }[];
}

/** Every claim judged by every family of runs that a snapshot has: one function for the report and the command line. */
export const judgeAll = (claims: readonly Claim[], { experiments }: StudySnapshot): FamilyReport[] =>
  judgeReadings(
    claims,
    experiments.map((experiment) => readExperiment(claims, experiment)),
  );

/** The same by what was read of the experiments: so much is enough for the coordinator. */
export function judgeReadings(claims: readonly Claim[], readings: readonly Readings[]): FamilyReport[] {
  return familiesOf(readings.map(({ header }) => header)).map((family) => ({
    family,
    judgements: claims.flatMap((claim) => {
      const judgement = judge(claim, readings, family, claims.length);
      return judgement ? [{ claim, judgement }] : [];
    }),
  }));
}

/** Reports without the claims themselves: what is published. */
export const familiesIn = (reports: readonly FamilyReport[]): Verdicts["families"] =>
  reports.map(({ family, judgements }) => ({ family, judgements: judgements.map(({ judgement }) => judgement) }));
