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

/** Chooses among the same needs again and again. @param ticket rises by one with every lease  @param isFree whether some of a run's work can be leased now */
export type PairChooser = (ticket: number, isFree?: (run: NeededRun) => boolean) => PairChoice | null;

/**
 * Which pair is worth most: the one whose claims come nearest to a verdict for what it costs, sum of weight / remaining pairs over the claims that it serves (in
 * part, where it is a part of their pair or waits behind pairs that nobody trains), divided by the cost of its runs that nobody trains yet. Decided claims, and those at the cap, ask for nothing. It looks only at what the committed prefix says (through
 * `remaining`) and at which runs are finished: what runs that are not counted yet have come to cannot change it.
 * @param needs of every claim, always in the same order, so that going round them skips none
 * @param cost of training a run to its end, in any one unit
 */
export function pairChooser(needs: readonly Need[], cost: (run: NeededRun) => number): PairChooser {
  // Claims share most of their runs: each run stands once, as a number.
  const runs: NeededRun[] = [];
  const ids = new Map<string, number>();
  const idOf = (run: NeededRun) => {
    const key = `${run.experiment}/${run.variant}/${run.seed}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, runs.push(run) - 1);
    return runs.length - 1;
  };
  const pairs = needs.map(({ open }) => open.map((pair) => ({ seed: pair.seed, runs: pair.runs.map(idOf) })));
  const costs = runs.map(cost);
  const costOf = (some: readonly number[]) => some.reduce((sum, run) => sum + costs[run]!, 0);
  /** By run: the first pair of each claim that has it, by its place in the claim's line. */
  const waiting = runs.map((_, run) =>
    pairs.flatMap((own, need) => {
      const place = own.findIndex((one) => one.runs.includes(run));
      return place < 0 ? [] : [{ need, place }];
    }),
  );

  return (ticket, isRunFree = () => true) => {
    const isFree = runs.map(isRunFree);
    const freeOf = (some: readonly number[]) => some.filter((run) => isFree[run]);
    // The first seed with free work: the committed prefix grows only from its end.
    const heads = pairs.flatMap((own, need) => {
      const pair = own.find((one) => one.runs.some((run) => isFree[run]));
      return pair ? [{ need, seed: pair.seed, free: freeOf(pair.runs) }] : [];
    });
    if (heads.length === 0) return null;
    type Head = (typeof heads)[number];
    /** Pairs before each that nobody trains a part of: it cannot count before them. */
    const before = pairs.map((own) => {
      let count = 0;
      return own.map((pair) => (pair.runs.some((run) => isFree[run]) ? count++ : count));
    });
    /** The claims that a pair's free runs serve, and how much of what each waits for: less, the longer its line before them. */
    const served = (free: readonly number[]) => {
      const parts = new Map<number, number>();
      for (const { need, place } of free.flatMap((run) => waiting[run]!)) {
        if (parts.has(need)) continue;
        // Half of a pair that nobody trains the other half of is half of what a claim waits for.
        const needed = freeOf(pairs[need]![place]!.runs);
        parts.set(need, costOf(needed.filter((run) => free.includes(run))) / costOf(needed) / (1 + before[need]![place]!));
      }
      return parts;
    };
    const choice = ({ need, seed, free }: Head, why: PairChoice["why"]): PairChoice => {
      const others = [...served(free).keys()].filter((other) => other !== need).sort((a, b) => a - b);
      return { seed, runs: free.map((run) => runs[run]!), claims: [need, ...others].map((one) => needs[one]!.claim), why };
    };
    if (ticket % ROUND_ROBIN_EVERY === ROUND_ROBIN_EVERY - 1) {
      const from = Math.floor(ticket / ROUND_ROBIN_EVERY) % needs.length;
      const turn = ({ need }: Head) => (need - from + needs.length) % needs.length;
      return choice(
        heads.reduce((next, head) => (turn(head) < turn(next) ? head : next)),
        "round-robin",
      );
    }
    const priority = ({ free }: Head) => {
      let worth = 0;
      for (const [need, part] of served(free)) {
        const { weight, remaining } = needs[need]!;
        worth += (weight * part) / Math.min(MOST_PAIRS, Math.max(1, remaining));
      }
      return worth / costOf(free);
    };
    // Of equals the first, in the order of the claims: the same for the same state.
    const [first, ...rest] = heads.map((head) => ({ head, priority: priority(head) }));
    return choice(rest.reduce((best, one) => (one.priority > best.priority ? one : best), first!).head, "evidence");
  };
}

/**
 * What a claim asks for: nothing where it is decided, at its cap, or cannot be judged by these runs; nothing either where the test has decided and the seeds that are
 * left are too few for other volunteers to confirm it.
 */
export function needOf(claim: Claim, { verdict, why, pairs, remaining, arms }: Judgement): Need {
  const asks =
    verdict === "undecided" && (why === "more-pairs" || why === "no-pairs" || (why === "more-volunteers" && remaining !== null));
  const open = pairs.flatMap(({ seed, treatment, control, state }) => {
    if (!asks || state !== "open") return [];
    const isOpen = [treatment, control].map((side) => side?.kind === "open");
    return [{ seed, runs: arms.flatMap((arm, i) => (isOpen[i] ? [{ ...arm, seed }] : [])) }];
  });
  return { claim: claim.id, weight: claim.weight?.value ?? 1, remaining: remaining ?? Infinity, open };
}
