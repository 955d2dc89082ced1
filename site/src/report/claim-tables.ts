import type { Contributor, Judgement, Pair, Side } from "../../../shared/protocol/verdicts.ts";
import { VERDICT_WORDS } from "../../../shared/claims/judging/words.ts";
import { volunteerName } from "../data/volunteer-name.ts";
import { short } from "../words.ts";
import type { ClaimShape } from "./claim-words.ts";

/** A claim's evidence in full, as HTML by the name of its place: every pair, who trained them, and what all of it follows from. */
export function claimTables(shape: ClaimShape, judgement: Judgement | null): Readonly<Record<string, string>> {
  if (!judgement) return { pairs: "", trust: "", from: "" };
  const { pairs, trust, n, from, claimSha256 } = judgement;
  const known = pairs.filter(({ state }) => state !== "open");
  const open = pairs.length - known.length;
  const rest =
    open > 0 ? `<p class="small">${open} more ${open === 1 ? "seed is" : "seeds are"} listed and not finished.</p>` : "";
  return {
    pairs:
      table(
        "Every pair of runs",
        ["Seed", "Treatment", "Control", gapName(shape), "In the test"],
        known.map((pair) => pairRow(shape, pair)),
      ) + rest,
    trust: table(
      "Who trained the counted pairs",
      ["Without", "Pairs", "The test would say"],
      [
        ...trust.volunteers.map((one) => handRow("volunteer", one, n)),
        ...trust.vendors.map((one) => handRow("vendor", one, n)),
        ...trust.browsers.map((one) => handRow("browser", one, n)),
      ],
    ),
    from: [
      `Claim <code>${claimSha256.slice(0, 12)}</code>`,
      ...from.experiments.map(
        ({ id, metricsSha256 }) =>
          `results <a href="/api/snapshot/${id}"><code>${id}</code></a> <code>${metricsSha256.slice(0, 12)}</code>`,
      ),
      ...(from.models.length > 0
        ? [`models ${from.models.map((model) => `<code>${model.slice(0, 12)}</code>`).join(", ")}`]
        : []),
    ].join("; "),
  };
}

const gapName = ({ scale, unit }: ClaimShape) =>
  scale === "log" ? "Ratio" : unit.perOne === 100 ? "Difference, points" : "Difference";

function pairRow(shape: ClaimShape, { seed, state, treatment, control, difference, won }: Pair): string[] {
  const gap =
    difference === null ? "–" : shape.scale === "log" ? `${short(Math.exp(difference))}×` : short(difference * shape.unit.perOne);
  const words = {
    counted: won === null ? "counted" : won ? (shape.rule.kind === "denial" ? "as denied" : "for it") : "against it",
    tie: "a tie, not counted",
    "no-number": "not measured so",
    open: "not finished",
    ahead: "waits for an earlier seed",
  }[state];
  return [String(seed), sideWords(treatment), control === null ? "a level" : sideWords(control), gap, words];
}

function sideWords(side: Side): string {
  switch (side.kind) {
    case "open":
      return `${side.trainedSteps.toLocaleString("en")} steps so far`;
    case "measured":
      return side.value === null ? "beyond any number" : `${short(side.value, 4)}${side.isBound ? ", not reached" : ""}`;
    case "diverged":
      return `diverged at step ${side.atStep.toLocaleString("en")}`;
    case "unmeasured":
      return "not measured";
  }
}

const handRow = (kind: string, { name, pairs, without }: Contributor, n: number): string[] => [
  `${kind} ${volunteerName(name)}`,
  `${pairs} of ${n}`,
  without === null ? VERDICT_WORDS.undecided : VERDICT_WORDS[without],
];

function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return `<p class="small">None yet.</p>`;
  const head = columns.map((column) => `<th scope="col">${column}</th>`).join("");
  const body = rows.map(
    ([first, ...cells]) =>
      `<tr><th scope="row">${escaped(first ?? "")}</th>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="hidden-text">${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
