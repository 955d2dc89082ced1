import { waldBound } from "../../../shared/math/sequential-test.ts";
import type { Claim } from "../../../shared/claims/judging/claim.ts";
import { MOST_PAIRS } from "../../../shared/claims/judging/family.ts";
import { VERDICT_WORDS } from "../../../shared/claims/judging/words.ts";
import type { Judgement } from "../../../shared/protocol/verdicts.ts";
import { plural, short } from "../words.ts";
import { type ClaimUnit, effectNumber, estimateIn, unitOf } from "./claim-units.ts";

/** What of a claim decides how its evidence is drawn; a page carries it for each claim, so that it need not load them all. */
export interface ClaimShape {
  readonly scale: Claim["estimand"]["scale"];
  readonly rule: Claim["rule"];
  readonly effect: Claim["effect"];
  readonly unit: ClaimUnit;
}

export const shapeOf = ({ estimand, rule, effect }: Claim): ClaimShape => ({
  ...{ scale: estimand.scale, rule, effect },
  unit: unitOf(estimand),
});

/** Where a claim stands, for one glance: a kind, whether it is a verdict or what the test says so far, and its words. */
export interface Standing {
  readonly kind: Judgement["verdict"];
  readonly isSettled: boolean;
  readonly words: string;
}

export function standingOf(judgement: Judgement | null): Standing {
  const kind = judgement?.soFar?.kind ?? "undecided";
  const isSettled = judgement !== null && judgement.verdict !== "undecided";
  const words = VERDICT_WORDS[kind];
  return {
    kind,
    isSettled,
    words: `${words.charAt(0).toUpperCase()}${words.slice(1)}${kind !== "undecided" && !isSettled ? " so far" : ""}`,
  };
}

/** What is missing to a verdict, or what made it: a sentence. */
export function needWords(judgement: Judgement | null): string {
  if (!judgement) return "Its runs are not part of this snapshot.";
  const { why, decidedAt, remaining, fewest, n, planned } = judgement;
  const pairs = (count: number) => plural(count, "more pair");
  switch (why) {
    case null:
      return `Settled by ${plural(decidedAt ?? n, "pair")}.`;
    case "more-volunteers":
      return `The test has decided, but on too few volunteers or devices for a verdict. ${
        remaining === null
          ? "The seeds that are left are too few for others to confirm it."
          : `At least ${pairs(remaining)} by others would settle this.`
      }`;
    case "no-pairs":
      return `No pair is finished yet. ${fewest} or more settle it.`;
    case "no-number":
      return "The runs so far were not measured so.";
    case "unpaired":
      return "The two plans train different things, so their runs are no pairs.";
    case "cap":
      return `Still undecided after the ${plural(n, "pair")} that a claim may have.`;
    case "more-pairs": {
      if (remaining === null) return `At this rate the ${MOST_PAIRS} pairs that a claim may have would not settle this.`;
      const least = remaining > fewest ? ` (${fewest} at the least)` : "";
      const left = n + remaining > planned ? `; the list has seeds for ${Math.max(0, planned - n)}` : "";
      return `About ${pairs(remaining)} would settle this${least}${left}.`;
    }
  }
}

/** "0.083× the steps over 1 pair", "+46 points of accuracy [+31, +60] over 5 pairs" */
export function hereWords({ scale, unit }: ClaimShape, { estimate, n }: Judgement): string {
  return estimate ? `${estimateIn(scale, unit, estimate)} over ${plural(n, "pair").replace(" ", "\u00a0")}` : "no number yet";
}

/** The paper's effect, from its text too where that says more than its own figure. */
export function paperWords({ scale, unit, effect }: ClaimShape): string | null {
  const { figure, text } = effect;
  const number = (value: number) => effectNumber(scale, unit, value);
  if (text !== null && figure !== null) return `${number(text)} in its text, ${number(figure)} in its own figure`;
  return text !== null ? `${number(text)} in its text` : figure !== null ? `${number(figure)} in its figure` : null;
}

/** The test behind a standing, in a sentence or two. */
export function testWords({ scale, unit, rule }: ClaimShape, judgement: Judgement): string {
  const { n, wins, ties, llr, strict, alpha, why, trust } = judgement;
  const doubts = why === "more-volunteers" ? ` What is missing to a verdict: ${trust.doubts.join("; ")}.` : "";
  const error = `Each verdict may be wrong with probability ${short(alpha, 2)}.${doubts}`;
  const tied = ties > 0 ? ` ${plural(ties, "tie")} not counted.` : "";
  if (rule.kind === "equivalence") {
    const margin =
      rule.margin > 1
        ? `between ${short(1 / rule.margin, 2)}× and ${short(rule.margin)}×`
        : `within ±${effectNumber(scale, unit, rule.margin).slice(1)}`;
    const at = strict?.low == null ? "no interval yet" : `now ${estimateIn(scale, unit, strict)}`;
    return `Supported when the interval at its share of the error lies ${margin}: ${at}.${tied} ${error}`;
  }
  const asked = rule.kind === "denial" ? "as the sentence denies" : "as the sentence says";
  const bound = waldBound(alpha).toFixed(2);
  return `${wins ?? 0} of ${plural(n, "pair")} ${asked}: log-likelihood ratio ${signed(llr ?? 0)}, ±${bound} decides.${tied} ${error}`;
}

/** How far the test is on its way: from -1 (refuted) to 1 (supported); null where an interval decides. */
export function progressOf({ rule }: ClaimShape, { llr, alpha }: Judgement): number | null {
  if (llr === null) return null;
  return Math.max(-1, Math.min(1, ((rule.kind === "denial" ? -1 : 1) * llr) / waldBound(alpha)));
}

/** A claim as it is judged; null where it is not. */
export interface Judged {
  readonly shape: ClaimShape;
  readonly judgement: Judgement | null;
}

/** All claims in a sentence or two: "None of the 32 claims is settled yet. So far 4 are supported ..." */
export function overviewWords(judged: readonly Judged[]): string {
  const standings = judged.map(({ judgement }) => standingOf(judgement));
  const count = (isSettled: boolean) =>
    (["supported", "weaker-than-reported", "refuted"] as const).flatMap((kind) => {
      const found = standings.filter((one) => one.kind === kind && one.isSettled === isSettled).length;
      return found > 0 ? [`${found} ${found === 1 ? "is" : "are"} ${VERDICT_WORDS[kind]}`] : [];
    });
  const [settled, soFar] = [count(true), count(false)];
  const open = judged.filter((_, i) => standings[i]!.kind === "undecided");
  const leans = leanWords(open);
  const all = judged.length;
  if (open.length === all) return `None of the ${all} claims is settled yet: all are undecided.${leans}`;
  const first = settled.length > 0 ? `Of ${all} claims ${list(settled)}.` : `None of the ${all} claims is settled yet.`;
  const second = soFar.length > 0 ? ` So far ${list(soFar)}, on too few volunteers or devices for a verdict.` : "";
  const rest = open.length > 0 ? ` ${open.length} ${open.length === 1 ? "is" : "are"} undecided.${leans}` : "";
  return `${first}${second}${rest}`;
}

/** A section's claims in a few words: "2 supported so far, 4 undecided". */
export function standingsWords(judgements: readonly (Judgement | null)[]): string {
  const words = judgements.map((judgement) => standingOf(judgement).words.toLowerCase());
  return [...new Set(words)]
    .sort((a, b) => Number(a === "undecided") - Number(b === "undecided"))
    .map((one) => `${words.filter((other) => other === one).length} ${one}`)
    .join(", ");
}

/** Which way undecided claims' pairs lean: no more than that. */
function leanWords(open: readonly Judged[]): string {
  const seen = open.flatMap(({ shape, judgement }) => {
    const lean = judgement && leanOf(shape, judgement);
    return lean ? [{ lean, n: judgement.n }] : [];
  });
  if (seen.length === 0) return "";
  const [low, high] = [Math.min(...seen.map(({ n }) => n)), Math.max(...seen.map(({ n }) => n))];
  const pairs = low === high ? plural(low, "pair") : `${low} to ${high} pairs`;
  const ways = (lean: "for" | "against") => seen.filter((one) => one.lean === lean).length;
  return ` On ${pairs} each, ${ways("for")} of these ${ways("for") === 1 ? "leans" : "lean"} towards their sentence and ${ways("against")} against it.`;
}

/** Null where there is no pair, or as many one way as the other. */
function leanOf({ rule, scale }: ClaimShape, { n, wins, estimate }: Judgement): "for" | "against" | null {
  if (n === 0 || !estimate) return null;
  if (rule.kind === "equivalence") {
    const size = (value: number) => Math.abs(scale === "log" ? Math.log(value) : value);
    return size(estimate.mean) <= size(rule.margin) ? "for" : "against";
  }
  const share = (wins ?? 0) / n;
  if (rule.kind === "denial") return share <= 0.5 ? "for" : "against";
  return share === 0.5 ? null : share > 0.5 ? "for" : "against";
}

const list = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
const signed = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
