import { encodeCheckpoint } from "../nn/checkpoint.ts";
import { gridOf } from "../protocol/grid.ts";
import type { Lease } from "../protocol/lease.ts";
import type { Result } from "../protocol/result.ts";
import { workKey } from "../protocol/work-key.ts";
import { stepsWords } from "./audit-words.ts";
import type { KeepAlive } from "./keep-alive.ts";
import type { LeasedShard } from "./lease-shard.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import type { Volunteer } from "./loop.ts";
import { Commitments } from "./commitments.ts";
import { LeaseLost, Refused, Stopped } from "./outcomes.ts";
import { Parts } from "./parts.ts";
import { ShardRun } from "./shard-run.ts";
import { Throttle } from "./throttle.ts";
import type { Phase } from "./view.ts";

/** Less than a heartbeat's interval: what is bound meanwhile goes to the coordinator first, and keeps the lease. */
const SAVE_EVERY_MS = 20_000;
/** A volunteer that stops waits so long for its last hand-in. */
const PARTING_MS = 10_000;
/** And so long for the answer to one that was sent: it says whether the shard counts, and may bring another lease, which has to go back. */
const LAST_ANSWER_MS = 1_000;

/**
 * Trains a leased shard to its end and hands it in; on the way it saves local checkpoints, sends heartbeats and heeds the buttons.
 * @returns the next lease, where it came along with the answer
 */
export async function trainShard(volunteer: Volunteer, shard: LeasedShard, alive: KeepAlive): Promise<Lease | null> {
  const { state, intent, ports, memory } = volunteer;
  const { lease, trainer, data } = shard;
  const isThrottled = () => volunteer.conduct.duty < 1;
  const run = new ShardRun(lease, shard.header, trainer, data, ports.clock, isThrottled);
  const throttle = new Throttle(ports.clock, state.view.device?.threads);
  const report = () => run.report();
  const tick = () => alive.tick(report);
  const commitments = new Commitments(lease, ports, memory, shard.header.commits, () => alive.heard());
  await commitments.restore();
  const parts = new Parts(lease, ports, commitments);
  let isFinite = true;
  let savedMs = ports.clock.now();
  let phase: Phase = { kind: "training" };

  /** The device does not compute meanwhile: that is rest, whether it was owed or the network or the disk takes its time. */
  const resting = async (wait: () => Promise<void>): Promise<void> => {
    throttle.owed(volunteer.conduct.duty);
    await wait().finally(() => throttle.rested());
  };
  const local = async (): Promise<LocalCheckpoint> => {
    const header = await run.header();
    const values = await trainer.state();
    isFinite = Object.values(values).every((numbers) => numbers.every(Number.isFinite));
    const checkpoint = encodeCheckpoint({ step: header.step, state: values }, shard.program.state);
    return { ...header, checkpoint };
  };
  /** A state that is not finite is not bound: the next loss ends the run, and is checked from the boundary before. */
  const bind = async (end: LocalCheckpoint) => {
    if (isFinite && run.hasUnbound) await commitments.bind(run, end);
  };
  const leavePart = (end: LocalCheckpoint) => parts.leave(end, (sha256) => resultOf(end, sha256));
  const keep = async () => {
    const checkpoint = await local();
    await resting(async () => {
      await memory.setCheckpoint(checkpoint);
      await commitments.save();
    });
    savedMs = ports.clock.now();
  };
  const save = async () => {
    await resting(() => commitments.send()).catch(async (error: unknown) => {
      if (error instanceof LeaseLost) await keep(); // So that it goes on from here if the shard comes back.
      throw error;
    });
    await keep();
  };
  /** Hands in what was trained, if that is worth it; whoever leaves does not wait long. */
  const leave = async (): Promise<boolean> => {
    if (!run.mayBeCut) return false;
    const end = await local();
    const handing = bind(end)
      .then(() => handInPart(volunteer, shard, end, commitments))
      .then(
        () => true,
        () => false, // It stays here as a local checkpoint, and the lease is given back.
      );
    return Promise.race([handing, ports.clock.sleep(PARTING_MS).then(() => false)]);
  };
  const enter = (next: Phase) => {
    phase = next;
    state.enter(phase);
    state.setShard(progress());
  };
  /** Rests count in the time that is left. */
  const progress = () => {
    const { secondsLeft, ...view } = run.view();
    return { ...view, secondsLeft: secondsLeft === null ? null : secondsLeft / volunteer.conduct.duty };
  };
  const look = async () => {
    if (!shard.examples || !volunteer.conduct.isWatched || phase.kind === "measuring") return;
    const images = shard.examples();
    if (images.isDue) state.set({ examples: await images.look(run.step) });
  };
  /** Pauses, saves and sends heartbeats as they are due. */
  const heed = async () => {
    if (intent.wish !== "run") {
      await save();
      await resting(() => volunteer.waits.paused(tick, alive.intervalMs, leave));
      state.enter(phase);
    } else if (ports.clock.now() - savedMs > SAVE_EVERY_MS) await save();
    try {
      await resting(() => intent.during(tick()));
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Stopped) await keep();
      throw error;
    }
  };
  const between = async () => {
    await ports.clock.turn();
    state.setShard(progress());
    if (run.isAtBoundary)
      await alive.during(
        local().then((end) => resting(() => bind(end))),
        report,
      );
    if (isFinite && run.isBound && run.mayBeCut && parts.isDue(progress().secondsLeft)) {
      await alive.during(
        local().then((end) => resting(() => leavePart(end))),
        report,
      );
    }
    await look();
    await heed();
    for (let ms = throttle.owed(volunteer.conduct.duty); ms > 0; ms = throttle.owed(volunteer.conduct.duty)) {
      await resting(() => intent.wait(Math.min(ms, alive.intervalMs)));
      await heed();
    }
  };

  state.set({ shard: { ...names(shard), flopsPerStep: volunteer.programs.flopsPerStep(lease.spec), ...progress() } });
  enter(phase);
  try {
    await run.train(between, enter);
  } catch (error) {
    if (error instanceof Stopped && run.mayBeCut) {
      state.enter({ kind: "handing-in" });
      await leave();
    }
    throw error;
  }
  const end = await local();
  await bind(end);
  await memory.setCheckpoint(end);
  return handIn(volunteer, shard, end, commitments, alive, report);
}

async function handIn(
  volunteer: Volunteer,
  shard: LeasedShard,
  end: LocalCheckpoint,
  commitments: Commitments,
  alive: KeepAlive,
  report: ShardRun["report"],
): Promise<Lease | null> {
  const { ports } = volunteer;
  const { lease } = shard;
  const phase: Phase = { kind: "handing-in" };
  const endCheckpoint = end.divergedAt === null ? await ports.sha256(end.checkpoint) : null;
  const result = resultOf(end, endCheckpoint);
  await noteSpeed(volunteer, lease, end);
  const send = async () => {
    await volunteer.waits.retrying(phase, () => commitments.flush(end.divergedAt !== null));
    if (endCheckpoint !== null) {
      await volunteer.waits.retrying(phase, () => ports.coordinator.putCheckpoint(endCheckpoint, lease.id, end.checkpoint));
    }
    return volunteer.waits.retrying(phase, async () => {
      const request = await volunteer.nextRequest();
      return volunteer.hand.expect(ports.coordinator.handIn(lease.id, result, request), ({ next }) => next);
    });
  };
  const sending = alive.untilHandedIn(send(), report);
  const answer = volunteer.intent.during(sending).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
    const late = ports.clock.sleep(LAST_ANSWER_MS).then(() => {
      throw error;
    });
    return Promise.race([sending, late]);
  });
  const { next } = await answer.catch((error: unknown) => {
    const gone = error instanceof Refused && [404, 409, 410].includes(error.status);
    throw gone ? new LeaseLost(`The shard could not be handed in: ${error.message}`, { cause: error }) : error;
  });
  await handedIn(volunteer, lease, end);
  return next?.kind === "lease" ? next.lease : null;
}

/** Hands in once what was trained so far, without trying again: the volunteer is leaving. */
async function handInPart(
  volunteer: Volunteer,
  { lease }: LeasedShard,
  end: LocalCheckpoint,
  commitments: Commitments,
): Promise<void> {
  const { coordinator, sha256 } = volunteer.ports;
  const hasDiverged = end.divergedAt !== null;
  await noteSpeed(volunteer, lease, end);
  const endCheckpoint = hasDiverged ? null : await sha256(end.checkpoint);
  await commitments.flush(hasDiverged);
  if (endCheckpoint !== null) await coordinator.putCheckpoint(endCheckpoint, lease.id, end.checkpoint);
  await coordinator.handIn(lease.id, { ...resultOf(end, endCheckpoint), ...(!hasDiverged && { toStep: end.step }) });
  await handedIn(volunteer, lease, end);
}

function resultOf(end: LocalCheckpoint, endCheckpoint: string | null): Result {
  const { modelSha256, startCheckpoint, divergedAt, training, evaluation, measurements, opening, trainMs, evaluateMs } = end;
  const measured = { training, evaluation, measurements, opening };
  return { modelSha256, startCheckpoint, endCheckpoint, divergedAt, ...measured, trainMs, evaluateMs };
}

/** Remembers how fast a shard went, for the next request; the one that comes with this hand-in already says it. */
async function noteSpeed({ memory, state }: Volunteer, { shard, spec }: Lease, end: LocalCheckpoint): Promise<void> {
  const steps = (end.divergedAt ?? end.step) - shard.fromStep;
  const seconds = (end.trainMs + end.evaluateMs) / 1000;
  const provider = state.view.device?.provider;
  if (provider && steps >= gridOf(spec) && seconds > 0) {
    await memory.addSpeed(provider, { work: workKey(spec), stepsPerSecond: steps / seconds });
  }
}

/** Remembers what was given. */
async function handedIn({ memory, state }: Volunteer, lease: Lease, end: LocalCheckpoint): Promise<void> {
  const { variant, shard, spec } = lease;
  const steps = (end.divergedAt ?? end.step) - shard.fromStep;
  await memory.clearCheckpoint();
  const before = await memory.contribution();
  const contribution = { shards: before.shards + 1, steps: before.steps + steps, trainMs: before.trainMs + end.trainMs };
  await memory.setContribution(contribution);
  state.set({ contribution });
  const outcome = end.divergedAt === null ? "" : ` It diverged at step ${end.divergedAt}: that is a result too.`;
  const what = lease.audit ? "Checked for somebody else" : "Handed in";
  state.note(
    `${what}: ${variant.label}, seed ${spec.seed}, ${stepsWords(shard.fromStep, end.divergedAt ?? end.step)}.${outcome}`,
  );
}

function names({ lease }: LeasedShard) {
  const { experiment, variant, shard, spec, serves = [], audit = null } = lease;
  return {
    experiment: experiment.id,
    experimentTitle: experiment.title,
    variant: variant.id,
    variantLabel: variant.label,
    seed: spec.seed,
    serves,
    audit,
    shard: shard.id,
    fromStep: shard.fromStep,
    toStep: shard.toStep,
    steps: spec.steps,
    batchSize: spec.batchSize,
  };
}
