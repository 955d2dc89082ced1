import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as prettier from "prettier";
import { type Claim, claimSha256 } from "../../shared/claims/judging/claim.ts";
import { estimandWords } from "../../shared/claims/judging/estimand.ts";
import { comparisonWords, effectWords, ruleWords } from "../../shared/claims/judging/words.ts";

const FILE = path.resolve(import.meta.dirname, "../../docs/claims.md");
const [BEGIN, END] = ["<!-- claims: written by npm run verdicts -- --markdown -->", "<!-- claims: end -->"];

/** Writes the list of claims between its two marks in docs/claims.md. @returns the file's path @throws Error when a mark is missing */
export async function writeList(claims: readonly Claim[]): Promise<string> {
  const text = readFileSync(FILE, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${FILE}: got no ${BEGIN} before ${END}, want both`);
  const whole = `${text.slice(0, begin + BEGIN.length)}\n\n${listOf(claims)}\n${text.slice(end)}`;
  const options = await prettier.resolveConfig(FILE);
  writeFileSync(FILE, await prettier.format(whole, { ...options, filepath: FILE }));
  return path.relative(process.cwd(), FILE);
}

/** A section for each claim: what the paper says, what is asked, what decides. */
export function listOf(claims: readonly Claim[]): string {
  return claims
    .map((claim) => {
      const { id, version, title, paperSays, where, caveat } = claim;
      const effect = effectWords(claim);
      return [
        `### ${id}. ${title}`,
        "",
        `- Paper (${where}): ${paperSays ?? "says nothing of it; this is what its figure shows, or what follows from its definitions."}`,
        ...(caveat ? [`- Caveat: ${caveat}`] : []),
        `- Compared: ${comparisonWords(claim)}; ${estimandWords(claim.estimand)}${claim.estimand.scale === "log" ? ", as a ratio" : ""}.`,
        `- Decides: ${ruleWords(claim)}${effect ? ` Paper's effect: ${effect}.` : ""}`,
        `- Version ${version}, \`${claimSha256(claim).slice(0, 12)}\``,
        "",
      ].join("\n");
    })
    .join("\n");
}
