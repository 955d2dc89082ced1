import type { FamilyReport } from "../../shared/claims/judging/report.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";

/** Every judgement whole, as JSON with two spaces; what is infinite is null. */
export function verdictsJson({ takenAt }: StudySnapshot, reports: readonly FamilyReport[]): string {
  const finite = JSON.parse(
    JSON.stringify({
      takenAt,
      families: reports.map(({ family, judgements }) => ({
        ...family,
        judgements: judgements.map(({ claim, judgement: { family: _family, ...judgement } }) => ({
          title: claim.title,
          ...judgement,
        })),
      })),
    }),
  ) as unknown;
  return JSON.stringify(JSON.parse(canonicalJson(finite)), null, 2);
}
