import type { Plan } from "../../../shared/protocol/experiment.ts";
import { plural } from "../words.ts";
import type { PANEL } from "./chart-style.ts";
import { type Columns, sheet } from "./chart-style.ts";
import { CROWD } from "./curve-panel.ts";
import type { Figure, KeyItem, Panel } from "./figure.ts";
import { type Part, TABLE_COLUMNS } from "./part.ts";
import { planWords, sizeWords } from "./plan-words.ts";

export interface Draft {
  readonly id: string;
  readonly number: string;
  readonly inVersion3?: string;
  readonly title: string;
  /** What is plotted, in sentences. */
  readonly about: string;
  /** What the paper's figure shows, in sentences. */
  readonly paper: string;
  /** What "strong" is in the curves. */
  readonly middle?: "median" | "mean";
  readonly plans: readonly Plan[];
  readonly groups: readonly { readonly title: string | null; readonly columns: Columns; readonly parts: readonly Part[] }[];
  readonly whole?: readonly Panel[];
}

/** Puts panels, words and numbers together to a figure. */
export function compose(draft: Draft): Figure {
  const { id, number, title, whole = [] } = draft;
  const parts = draft.groups.flatMap((group) => group.parts);
  const caption = captionOf(draft, parts);
  const hasResults = parts.some((part) => part.hasResults);
  return {
    ...{ id, number, title, caption, hasResults, whole },
    ...(draft.inVersion3 === undefined ? {} : { inVersion3: draft.inVersion3 }),
    alt: `Figure ${number}. ${title}. ${parts.map(({ panel }) => panel.alt).join(" ")}`,
    key: merged(parts.flatMap((part) => part.key)),
    groups: draft.groups.map(({ title, columns, parts }) => ({ title, columns, panels: parts.map(({ panel }) => panel) })),
    table: {
      columns: TABLE_COLUMNS,
      rows: hasResults ? parts.flatMap((part) => part.cells) : [],
      note: "Five places along training; the files below hold every point of every seed.",
    },
    rows: parts.flatMap((part) => part.rows),
    spec: sheet(
      `Figure ${number}. ${title}`,
      caption,
      draft.groups.flatMap(({ columns, parts }) => rowsOf(parts, columns).map((row) => row.map(({ panel }) => panel.spec))),
    ),
  };
}

/** Each sign once, what we measured before what the paper did. */
function merged(items: readonly KeyItem[]): readonly KeyItem[] {
  const byName = new Map(items.map((item) => [`${item.kind} ${item.name}`, item]));
  // Where the paper's bands are drawn by half, that is said once.
  if ([...byName.keys()].some((key) => key.startsWith("paper-line the paper’s ("))) byName.delete("paper-line the paper’s");
  const order: readonly KeyItem["kind"][] = ["series", "time", "range", "interval", "second", "paper-line", "paper-points"];
  return [...byName.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function rowsOf(parts: readonly Part[], columns: Columns): (readonly Part[])[] {
  const wide = { two: 2, three: 3 }[columns satisfies keyof typeof PANEL];
  return Array.from({ length: Math.ceil(parts.length / wide) }, (_, row) => parts.slice(row * wide, (row + 1) * wide));
}

function captionOf({ about, paper, plans, middle = "median" }: Draft, parts: readonly Part[]): string {
  const trained = [...new Set(plans.map(planWords))];
  const diverged = new Set(parts.flatMap((part) => part.diverged)).size;
  const kinds = new Set(parts.flatMap(({ key }) => key.map(({ kind }) => kind)));
  const isCrowded = parts.some(({ key }) => key.filter(({ kind }) => kind === "series").length >= CROWD);
  const sentences = [
    about,
    `Trained: ${trained.join("; and ")}.`,
    seedWords(Math.max(0, ...parts.map(({ seeds }) => seeds)), middle, kinds, isCrowded),
    diverged > 0 ? `${plural(diverged, "run")} diverged (crosses): the loss was no longer a finite number.` : "",
    paperWords(parts, kinds),
    paper,
    ...new Set(plans.map(sizeWords)),
  ];
  return sentences.filter(Boolean).join(" ");
}

function seedWords(most: number, middle: "median" | "mean", kinds: ReadonlySet<KeyItem["kind"]>, isCrowded: boolean): string {
  if (most === 0) return "No shard has been accepted yet, so only the paper’s values are drawn, where it has any.";
  const interval =
    middle === "mean"
      ? "pointwise 95% t interval of that mean"
      : "90% interval of that median, whatever the distribution (of fewer than 5 seeds: their range)";
  if (kinds.has("range")) {
    const lines = kinds.has("interval") ? ` Curves: median over seeds, and from three seeds on the ${interval}.` : "";
    return most === 1
      ? "One seed so far, so there is no interval yet."
      : `Bands: medians over up to ${plural(most, "seed")} of their lower and upper ends; thin: single seeds${isCrowded ? ", in the curves only" : ""}.${lines}`;
  }
  if (kinds.has("time")) return most === 1 ? "One seed so far." : `Medians over up to ${plural(most, "seed")}.`;
  if (!kinds.has("interval")) return "One seed; the files hold its numbers.";
  if (most === 1) return "Solid: one seed so far, so there is no interval yet.";
  if (most === 2) return `Solid: ${middle} of 2 seeds; thin: each of them. An interval is drawn from three seeds on.`;
  return `Solid: ${middle} over up to ${plural(most, "seed")}; band: ${interval}, from three seeds on; thin: single seeds.`;
}

function paperWords(parts: readonly Part[], kinds: ReadonlySet<KeyItem["kind"]>): string {
  if (!parts.some(({ showsPaper }) => showsPaper)) return "";
  const signs = kinds.has("paper-points")
    ? "Hollow points: the paper’s (one run, read off its figure)"
    : "Dotted: the paper’s curve over the same steps (one run, read off its figure)";
  return `${signs}${parts.some(({ clipsPaper }) => clipsPaper) ? ", cut off where it leaves the axis" : ""}.`;
}
