import type { Claim } from "./claim.ts";
import type { Judgement } from "./judge.ts";
import { MOST_PAIRS } from "./family.ts";

/** One run that a pair consists of. */
export interface NeededRun {
  readonly experiment: string;
  readonly variant: string;
  readonly seed: number;
}

/** How far a claim is, as far as which pair comes next may depend on it. */
export interface Need {
  readonly claim: string;
  readonly weight: number;
  /** Pairs that it may still need (see Judgement.remaining); Infinity: more than the cap allows. */
  readonly remaining: number;
  /** Its pairs that are not finished, in seed order; none where it asks for nothing. */
  readonly open: readonly { readonly seed: number; readonly runs: readonly NeededRun[] }[];
}

/** A pair to train next. */
export interface PairChoice {
  readonly seed: number;
  /** The runs of it that are not finished and have free work; the other one, if any, is being trained. */
  readonly runs: readonly NeededRun[];
  /** Claims that count this pair, or a run of it, the one it was chosen for first. */
  readonly claims: readonly string[];
  readonly why: "evidence" | "round-robin";
}

/** Every fifth lease goes round all undecided claims, so that a dear or distant one starves no more than the others. */
const ROUND_ROBIN_EVERY = 5;

/**
 * Which pair is worth most: the one whose claims come nearest to a verdict for what it costs, sum of weight / remaining pairs over the claims that it serves (in
 * part, where it is a part of their pair), divided by the cost of its runs that nobody trains yet. Decided claims, and those at the cap, ask for nothing. It looks only at what the committed prefix says (through
 * `remaining`) and at which runs are finished: what runs that are not counted yet have come to cannot change it.
 * @param needs of every claim, always in the same order, so that going round them skips none
 * @param ticket rises by one with every lease  @param cost of training a run to its end, in any one unit
 * @param isFree whether some of a run's work can be leased now
 */
export function whichPair(
  needs: readonly Need[],
  ticket: number,
  cost: (run: NeededRun) => number,
  isFree: (run: NeededRun) => boolean = () => true,
): PairChoice | null {
  const asking = needs.filter(({ open }) => open.some(({ runs }) => runs.some(isFree)));
  if (asking.length === 0) return null;
  // The first seed with free work: the committed prefix grows only from its end.
  const heads = asking.map((need) => {
    const { seed, runs } = need.open.find((pair) => pair.runs.some(isFree))!;
    return { need, seed, runs: runs.filter(isFree) };
  });
  const served = (runs: readonly NeededRun[]) => asking.filter(({ open }) => open.some((pair) => share(pair.runs, runs)));
  const choice = ({ need, seed, runs }: (typeof heads)[number], why: PairChoice["why"]): PairChoice => ({
    seed,
    runs,
    claims: [need.claim, ...served(runs).flatMap(({ claim }) => (claim === need.claim ? [] : [claim]))],
    why,
  });
  if (ticket % ROUND_ROBIN_EVERY === ROUND_ROBIN_EVERY - 1) {
    const from = Math.floor(ticket / ROUND_ROBIN_EVERY) % needs.length;
    const turn = (need: Need) => (needs.indexOf(need) - from + needs.length) % needs.length;
    return choice(
      heads.reduce((next, head) => (turn(head.need) < turn(next.need) ? head : next)),
      "round-robin",
    );
  }
  const costOf = (runs: readonly NeededRun[]) => runs.reduce((sum, run) => sum + cost(run), 0);
  // Half of a pair that nobody trains the other half of is half of what a claim waits for.
  const part = ({ open }: Need, runs: readonly NeededRun[]) => {
    const pair = open.find((one) => share(one.runs, runs))!.runs.filter(isFree);
    return costOf(pair.filter((run) => share([run], runs))) / costOf(pair);
  };
  const priority = ({ runs }: (typeof heads)[number]) =>
    served(runs).reduce(
      (sum, need) => sum + (need.weight * part(need, runs)) / Math.min(MOST_PAIRS, Math.max(1, need.remaining)),
      0,
    ) / costOf(runs);
  // Of equals the first, in the order of the claims: the same for the same state.
  return choice(
    heads.reduce((best, head) => (priority(head) > priority(best) ? head : best)),
    "evidence",
  );
}

/** What a claim asks for: nothing where it is decided, at its cap, or cannot be judged by these runs. */
export function needOf(claim: Claim, { verdict, why, pairs, remaining, arms }: Judgement, weight = 1): Need {
  const asks = verdict === "undecided" && (why === "more-pairs" || why === "no-pairs");
  const open = pairs.flatMap(({ seed, treatment, control, state }) => {
    if (!asks || state !== "open") return [];
    const isOpen = [treatment, control].map((side) => side?.kind === "open");
    return [{ seed, runs: arms.flatMap((arm, i) => (isOpen[i] ? [{ ...arm, seed }] : [])) }];
  });
  return { claim: claim.id, weight, remaining: remaining ?? Infinity, open };
}

const share = (some: readonly NeededRun[], others: readonly NeededRun[]) =>
  some.some((run) => others.some((other) => same(run, other)));
const same = (a: NeededRun, b: NeededRun) => a.experiment === b.experiment && a.variant === b.variant && a.seed === b.seed;
