import type { Family } from "../../shared/claims/judging/family.ts";
import type { Judgement } from "../../shared/claims/judging/judge.ts";
import type { Claim } from "../../shared/claims/judging/claim.ts";
import { estimandWords } from "../../shared/claims/judging/estimand.ts";
import type { FamilyReport } from "../../shared/claims/judging/report.ts";
import { comparisonWords, effectWords, estimateWords, verdictWords } from "../../shared/claims/judging/words.ts";
import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";

/** Every claim in a few lines: what was asked, what came out, and what that follows from. */
export function verdictsText(snapshot: StudySnapshot, reports: readonly FamilyReport[], claims: number): string {
  const lines = [`Snapshot of ${snapshot.takenAt}, ${claims} claims.`];
  for (const { family, judgements } of reports) {
    lines.push("", ...heading(family, judgements[0]?.judgement, claims));
    for (const { claim, judgement } of judgements) lines.push("", ...claimLines(claim, judgement));
  }
  if (reports.length === 0) lines.push("", "It holds no experiment: nothing can be judged.");
  return lines.join("\n");
}

function heading({ profile, rerun }: Family, judgement: Judgement | undefined, claims: number): string[] {
  const title = rerun ? `Rerun ${rerun.id} of ${rerun.parent}: a family of its own` : `The study's own runs, ${profile} profile`;
  const error = judgement
    ? `Each verdict is wrong with probability ${judgement.alpha.toPrecision(2)} at most, all of them together ${+(100 * judgement.alpha * claims).toPrecision(2)} %.`
    : "No claim can be judged.";
  return [title, "=".repeat(title.length), error];
}

function claimLines(claim: Claim, judgement: Judgement): string[] {
  const { family, n, ties, llr, from, claimSha256 } = judgement;
  const short = (hash: string) => hash.slice(0, 12);
  const effect = effectWords(claim);
  const label = judgement.isPaperSize ? "" : " [pilot]";
  return [
    `${claim.id}${label}  ${claim.title}`,
    `  asked     ${comparisonWords(claim)}: ${estimandWords(claim.estimand, family.profile)}`,
    `  estimate  ${estimateLine(judgement)}`,
    ...(effect ? [`  paper     ${effect}`] : []),
    ...(claim.caveat ? [`  caveat    ${claim.caveat}`] : []),
    `  pairs     n ${n}${ties > 0 ? `, ties ${ties}` : ""}, LLR ${llr === null ? "– (its interval decides)" : llr.toFixed(2)}`,
    `  verdict   ${verdictWords(judgement)}`,
    `  from      claim ${short(claimSha256)}; ${from.experiments.map(({ id, metricsSha256 }) => `${id} ${short(metricsSha256)}`).join(", ")}` +
      (from.models.length > 0 ? `; models ${from.models.map(short).join(", ")}` : ""),
  ];
}

function estimateLine({ estimate, strict }: Judgement): string {
  if (!estimate) return "none yet";
  if (estimate.low === null) return `${estimateWords(estimate)} (too few pairs for an interval)`;
  const atError = strict?.low == null ? "" : `, ${estimateWords(strict)} at the verdict's error`;
  return `${estimateWords(estimate)} at 95 %${atError}`;
}
