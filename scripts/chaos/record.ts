import type { HandIn } from "../../shared/protocol/result.ts";
import type { Lie } from "./character.ts";

/** A shard that a liar handed in and that was accepted. */
export interface LyingShard {
  readonly lease: string;
  readonly lie: Lie;
  /** That the interval that is drawn, if one is, is one of those lied about. */
  readonly chance: number;
  /** Whether it was. */
  readonly drawn: boolean;
}

/** What happened, as the simulated volunteers saw it. */
export class Record {
  /** Leases whose result the coordinator said it accepted. */
  readonly accepted = new Set<string>();
  readonly lies: LyingShard[] = [];
  /** Who was told that its results were voided, by character. */
  readonly voided = new Map<string, "honest" | "liar">();
  /** What must not happen, in words. */
  readonly broken: string[] = [];
  /** What another handed in, for those who replay. */
  lastHandIn: { readonly lease: string; readonly body: HandIn } | null = null;
  readonly counts = { leases: 0, audits: 0, vanished: 0, replays: 0, replaysRefused: 0, lostLeases: 0, answers: 0, outages: 0 };
  isOver = false;
  /** When three quarters of the runs are finished, nobody vanishes and no answer is lost any more: the last runs would only wait until leases run out that nobody knows of. */
  isLate = false;

  break(words: string): void {
    this.broken.push(words);
  }
}
