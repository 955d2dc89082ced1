import type { Judgement } from "../../../shared/protocol/verdicts.ts";
import {
  type ClaimShape,
  hereWords,
  type Judged,
  needWords,
  paperWords,
  progressOf,
  type Standing,
  standingOf,
  testWords,
} from "./claim-words.ts";
import { pairStrip } from "./pair-strip.ts";

/** What changes when a claim is judged anew, as HTML by the name of its place: the same at build and on a living page. */
export function claimParts(shape: ClaimShape, judgement: Judgement | null, stripWidth: number): Readonly<Record<string, string>> {
  const { words } = standingOf(judgement);
  const paper = paperWords(shape);
  return {
    standing: `${markSvg(judgement)}<b>${words}</b>${judgement && !judgement.isPaperSize ? " <span>at the pilot’s size</span>" : ""}`,
    glance: judgement?.estimate ? hereWords(shape, judgement) : "",
    numbers: [judgement ? `Here: ${hereWords(shape, judgement)}.` : "", paper ? `Paper: ${paper}.` : ""]
      .filter(Boolean)
      .join(" "),
    need: escaped(needWords(judgement)),
    strip: judgement ? pairStrip(shape, judgement, stripWidth) : "",
    test: judgement ? escaped(testWords(shape, judgement)) : "",
  };
}

/** The claims that are not undecided, one a line, by their sentences; empty where there are none. */
export function decidedHtml(judged: readonly (Judged & { readonly id: string; readonly title: string })[]): string {
  return judged
    .flatMap(({ id, title, shape, judgement }) => {
      const { kind, words } = standingOf(judgement);
      if (kind === "undecided" || !judgement) return [];
      const link = `<a href="/claims#${id}">${escaped(title)}</a>`;
      return [`<li>${markSvg(judgement)}<span>${link} <span>${words}: ${hereWords(shape, judgement)}.</span></span></li>`];
    })
    .join("");
}

export const markSvg = (judgement: Judgement | null): string => signSvg(standingOf(judgement));

/** A sign for each standing, told apart by shape: filled when settled, an outline so far, a ring of dots while undecided. */
export function signSvg({ kind, isSettled }: Pick<Standing, "kind" | "isSettled">): string {
  const [fill, line] = isSettled ? ["var(--ink)", "var(--page)"] : ["none", "var(--ink)"];
  const disc = `<circle cx="8" cy="8" r="6.5" style="fill:${fill};stroke:var(--ink);stroke-width:1.5"/>`;
  const stroke = `style="fill:none;stroke:${line};stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round"`;
  const inside = {
    supported: `${disc}<path d="M5 8.3l2.1 2.2L11.2 6" ${stroke}/>`,
    "weaker-than-reported": `${disc}<path d="M8 5v6M5.4 8.6L8 11.2l2.6-2.6" ${stroke}/>`,
    refuted: `<rect x="1.75" y="1.75" width="12.5" height="12.5" style="fill:${fill};stroke:var(--ink);stroke-width:1.5"/><path d="M5.5 5.5l5 5M10.5 5.5l-5 5" ${stroke}/>`,
    undecided: `<circle cx="8" cy="8" r="6" style="fill:none;stroke:var(--muted);stroke-width:1.5;stroke-dasharray:1.6 2.17"/>`,
  }[kind];
  return `<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">${inside}</svg>`;
}

/** How far the test has come between refuted (left) and supported (right); empty where an interval decides. */
export function gaugeSvg(shape: ClaimShape, judgement: Judgement | null): string {
  const progress = judgement ? progressOf(shape, judgement) : null;
  const ends = `<path d="M1 1v8M59 1v8" style="stroke:var(--edge)"/>`;
  const line = `<path d="M1 5h58" style="stroke:var(--rule)"/><path d="M30 3v4" style="stroke:var(--edge)"/>`;
  if (progress === null)
    return `<svg viewBox="0 0 60 10" width="60" height="10" aria-hidden="true"><path d="M1 5h58" style="stroke:var(--edge);stroke-dasharray:1 3"/></svg>`;
  const at = 30 + 29 * progress;
  const bar = `<path d="M30 5H${at.toFixed(1)}" style="stroke:var(--ink);stroke-width:3"/>`;
  return `<svg viewBox="0 0 60 10" width="60" height="10" aria-hidden="true">${line}${ends}${bar}</svg>`;
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
