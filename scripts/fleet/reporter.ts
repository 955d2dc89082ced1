import type { Standing } from "./order.ts";
import { progressLine, speed, timeLeft } from "./time-left.ts";

const LINE_MS = 60_000;
const SPEED_OVER_MS = 10 * 60_000;

/** Says how far the fleet is, once a minute and whenever a run was finished; the speed is that of the last ten minutes. */
export function reporter(volunteers: number, say: (line: string) => void): (rows: readonly Standing[], nowMs: number) => void {
  const looks: { steps: number; atMs: number }[] = [];
  let saidMs = -Infinity;
  let finishedThen = -1;
  return (rows, nowMs) => {
    looks.push({ steps: sum(rows, "trainedSteps"), atMs: nowMs });
    while (looks.length > 2 && nowMs - looks[0]!.atMs > SPEED_OVER_MS) looks.shift();
    const finished = sum(rows, "finishedRuns");
    if (nowMs - saidMs < LINE_MS && finished === finishedThen) return;
    saidMs = nowMs;
    finishedThen = finished;
    say(progressLine(rows, speed(looks[0]!, looks.at(-1)!), timeLeft(rows, volunteers)));
  };
}

const sum = (rows: readonly Standing[], name: "trainedSteps" | "finishedRuns") =>
  rows.reduce((total, row) => total + row[name], 0);
