import type { Checked } from "../../../shared/theory/check-all.ts";
import { type Finding, holds } from "../../../shared/theory/finding.ts";
import { findingWords } from "../../../shared/theory/statement.ts";
import { escaped, withPowers } from "./escaped.ts";
import { slackSvg } from "./slack-svg.ts";

/** What a check gave: its verdict, its picture and its numbers. The same at build and in the reader's browser. */
export function checkHtml({ findings, rows, verdict, holds: isHeld }: Checked, name: string): string {
  return [
    `<p class="verdict${isHeld ? "" : " broken"}">${withPowers(verdict)}</p>`,
    rows.length === 0 ? "" : `<div class="picture">${slackSvg(rows)}</div>`,
    `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(`Numbers of ${name}`)}"><table>`,
    `<caption class="hidden-text">${escaped(`What the check of ${name} gave`)}</caption>`,
    '<thead><tr><th scope="col">Compared</th><th scope="col">Found</th><th scope="col">Wanted</th></tr></thead><tbody>',
    ...findings.map(row),
    "</tbody></table></div>",
  ].join("");
}

function row(finding: Finding): string {
  const { result, want } = findingWords(finding);
  const name = finding.what.replace(/^\.\.\. /, "… ");
  return `<tr><th scope="row">${withPowers(name)}</th><td${holds(finding) ? "" : ' class="broken"'}>${withPowers(result)}</td><td>${withPowers(want)}</td></tr>`;
}

/** Whether two checks of the same inputs count the same: rounding may differ between browsers, counts should not. */
export function sameCounts(a: readonly Pick<Checked, "findings">[], b: readonly Pick<Checked, "findings">[]): boolean {
  const counts = (checks: readonly Pick<Checked, "findings">[]) =>
    JSON.stringify(checks.map(({ findings }) => findings.map((one) => (one.kind === "inequality" ? [one.fails, one.cases] : 0))));
  return counts(a) === counts(b);
}
