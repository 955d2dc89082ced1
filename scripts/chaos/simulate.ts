import { rmSync } from "node:fs";
import { nodeFetch } from "../volunteer/node-ports.ts";
import { audit } from "./auditor.ts";
import { BAD_LINE, GOOD_LINE, lineOf } from "./bad-line.ts";
import { characterOf } from "./character.ts";
import { KillableCoordinator } from "./coordinator.ts";
import { Dice } from "./dice.ts";
import { newKeys } from "./keys.ts";
import { confirmed, type Ended } from "./look.ts";
import { Person } from "./person.ts";
import { Record } from "./record.ts";
import { askForStudy, progressOf, speedsFor } from "./study.ts";
import { sleep } from "./sleep.ts";
import type { Trajectories } from "./trajectories.ts";

/** Twice the time within which a change is published here. */
const PUBLISHED_MS = 5_000;

export interface Simulation {
  readonly folder: string;
  /** The Worker's. */
  readonly bundle: string;
  readonly volunteers: number;
  readonly seeds: number;
  readonly seed: number;
  /** False: everybody is honest, every line is good, and nobody kills anything. */
  readonly isDisturbed: boolean;
  /** Seconds between two kills, from and to. */
  readonly killEvery: readonly [number, number];
  readonly minutes: number;
  readonly trajectories: Trajectories;
  readonly say: (line: string) => void;
}

export interface Outcome {
  readonly ended: Ended;
  readonly record: Record;
  readonly kills: number;
  readonly seconds: number;
}

/** Trains the study of the chaos with simulated volunteers until every run is finished and every audit settled. @throws Error when time is up before */
export async function simulate(simulation: Simulation): Promise<Outcome> {
  const { folder, volunteers, seeds, seed, isDisturbed, trajectories, say } = simulation;
  const began = Date.now();
  rmSync(folder, { recursive: true, force: true });
  const coordinator = await KillableCoordinator.at(folder, simulation.bundle);
  await coordinator.start();
  const { origin, tokens } = coordinator;
  const record = new Record();
  try {
    const { id: experiment, plan } = await askForStudy(origin, tokens.rerun, seeds);
    const common = { origin, experiment, trajectories, record };
    const troubles = () => (isDisturbed && !record.isLate ? BAD_LINE : GOOD_LINE);
    const line = (n: number, dice: Dice) => lineOf(nodeFetch, `10.${n >> 8}.${n & 255}.7`, dice, troubles);
    const people = Array.from({ length: volunteers }, async (_, n) => {
      const dice = new Dice(seed, `volunteer ${n}`);
      const character = isDisturbed ? characterOf(n, dice) : ({ kind: "honest" } as const);
      const speeds = speedsFor(plan, dice.between(60, 520));
      const own = { name: `volunteer ${n}`, character, speeds, dice, fetch: line(n, dice) };
      await sleep(dice.between(0, 5_000));
      const mayVanish = isDisturbed && character.kind === "honest";
      await new Person({ ...common, ...own, keys: await newKeys(), mayVanish }).live();
    });
    const auditors = isDisturbed
      ? Array.from({ length: 3 }, async (_, i) => {
          const dice = new Dice(seed, `auditor ${i}`);
          return audit(
            { ...common, name: `auditor ${i}`, keys: await newKeys(), dice, fetch: line(60_000 + i, dice) },
            tokens.operator,
          );
        })
      : [];
    const all = Promise.all([...people, ...auditors]);
    const killing = isDisturbed ? kill(simulation, coordinator, record) : Promise.resolve();
    const watching = watch(simulation, coordinator, experiment, record, began);
    await Promise.race([watching, all.then(() => watching), killing.then(() => watching)]);
    record.isOver = true;
    await killing;
    await all;
    say("Every run is finished and every audit settled; merging again and comparing ...");
    await sleep(PUBLISHED_MS);
    const ended = await confirmed(origin, experiment);
    return { ended, record, kills: coordinator.kills, seconds: (Date.now() - began) / 1000 };
  } finally {
    record.isOver = true;
    await coordinator.stop();
  }
}

async function kill(
  { seed, killEvery, volunteers, say }: Simulation,
  coordinator: KillableCoordinator,
  record: Record,
): Promise<void> {
  const dice = new Dice(seed, "killer");
  for (;;) {
    // On a busy machine later than that: a coordinator that is killed before it answered tries nothing.
    const answered = record.counts.answers + 2 * volunteers;
    const isDue = (left: number) => left <= 0 && record.counts.answers >= answered;
    for (let left = dice.between(...killEvery); !isDue(left) && !record.isOver; left--) await sleep(1_000);
    if (record.isOver) return;
    await coordinator.kill();
    await sleep(dice.between(0, 3_000));
    await coordinator.start();
    say(`The coordinator was killed for the ${coordinator.kills}. time, and runs again.`);
  }
}

async function watch(
  { minutes, say, isDisturbed }: Simulation,
  { origin, tokens }: KillableCoordinator,
  experiment: string,
  record: Record,
  began: number,
): Promise<void> {
  let ends = 0;
  let told = 0;
  for (let said = 0; ; await sleep(2_000)) {
    const progress = await progressOf(origin, tokens.operator, experiment).catch(() => null);
    const seconds = (Date.now() - began) / 1000;
    if (seconds > minutes * 60)
      throw new Error(`${minutes} minutes are over, and the runs are not finished: ${JSON.stringify(progress)}`);
    if (!progress) continue;
    const { finished, runs, results, openAudits } = progress;
    for (const words of record.broken.slice(told, told + 3)) say(`Broken: ${words}`);
    told = record.broken.length;
    if (Date.now() - said > 10_000) {
      const { vanished, outages, replaysRefused } = record.counts;
      const disturbed = isDisturbed
        ? `, ${openAudits} audits open, ${record.lies.length} lies accepted, ${record.voided.size} voided, ${vanished} vanished, ${replaysRefused} replays refused, ${outages} calls tried again`
        : "";
      say(`${Math.round(seconds)} s: ${finished} of ${runs} runs, ${results} results${disturbed}`);
      said = Date.now();
    }
    record.isLate = finished > 0.75 * runs;
    // Seen twice: an audit that is settled between the two questions may void results, and then runs go on.
    ends = finished === runs && (openAudits === 0 || !isDisturbed) ? ends + 1 : 0;
    if (ends > 1) return;
  }
}
