import type { RunMetrics } from "../../protocol/snapshot.ts";
import type { Provenance } from "../../protocol/result.ts";
import type { Claim } from "./claim.ts";
import { decide, type DecidedKind } from "./decide.ts";
import { committed, type Pair } from "./pairs.ts";

/** Before a verdict stands without a doubt: so many volunteers, and none with more than this share of its pairs. */
export const LEAST_VOLUNTEERS = 4;
export const MOST_SHARE = 0.25;

/** One volunteer or kind of device among a claim's counted pairs. */
export interface Contributor {
  readonly name: string;
  /** Counted pairs that it trained a part of. */
  readonly pairs: number;
  /** What the verdict would be without those pairs; null: undecided. */
  readonly without: DecidedKind | null;
}

/** Who trained what a verdict rests on. */
export interface Trust {
  readonly volunteers: readonly Contributor[];
  readonly devices: readonly Contributor[];
  /** The verdict stays the same without any one volunteer and without any one kind of device; null while there is none. */
  readonly survives: boolean | null;
  /** Why a verdict is provisional, in words; empty when nothing speaks against it. */
  readonly doubts: readonly string[];
}

/** @param runsOf the runs of a seed's pair */
export function trustIn(
  claim: Claim,
  pairs: readonly Pair[],
  runsOf: (seed: number) => readonly RunMetrics[],
  alpha: number,
  asReported: boolean,
): Trust {
  const counted = committed(pairs).filter(({ state }) => state === "counted");
  const contributors = (nameOf: (of: Provenance) => string): Contributor[] => {
    const names = counted.map(({ seed }) => new Set(runsOf(seed).flatMap((run) => run.provenance.map(nameOf))));
    return [...new Set(names.flatMap((some) => [...some]))].sort().map((name) => {
      const rest = counted.filter((_, i) => !names[i]!.has(name));
      return { name, pairs: counted.length - rest.length, without: decide(claim, rest, alpha, asReported).decided?.kind ?? null };
    });
  };
  const volunteers = contributors(({ volunteer }) => volunteer);
  const devices = contributors(({ device }) => [device.provider, device.adapter, device.platform].filter(Boolean).join(", "));
  const kind = decide(claim, counted, alpha, asReported).decided?.kind;
  const survives = kind === undefined ? null : [...volunteers, ...devices].every(({ without }) => without === kind);
  return { volunteers, devices, survives, doubts: kind === undefined ? [] : doubts(volunteers, devices, counted.length, kind) };
}

function doubts(volunteers: readonly Contributor[], devices: readonly Contributor[], n: number, kind: DecidedKind): string[] {
  const found: string[] = [];
  if (volunteers.length < LEAST_VOLUNTEERS) {
    found.push(
      `trained by ${volunteers.length} ${volunteers.length === 1 ? "volunteer" : "volunteers"}, want ${LEAST_VOLUNTEERS}`,
    );
  }
  const most = volunteers.find(({ pairs }) => pairs > MOST_SHARE * n);
  if (most && volunteers.length > 1) found.push(`${most.name} trained a part of ${most.pairs} of ${n} pairs`);
  const needed = [...volunteers, ...devices].filter(({ without }) => without !== kind);
  if (needed.length > 0) {
    const [first] = needed;
    found.push(
      `without ${first!.name}${needed.length > 1 ? ` (or ${needed.length - 1} more)` : ""} it is ${first!.without ?? "undecided"}`,
    );
  }
  return found;
}
