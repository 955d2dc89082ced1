import { encodeCheckpoint } from "../nn/checkpoint.ts";
import type { Lease } from "../protocol/lease.ts";
import type { Result } from "../protocol/result.ts";
import type { KeepAlive } from "./keep-alive.ts";
import type { LeasedShard } from "./lease-shard.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import type { Volunteer } from "./loop.ts";
import { LeaseLost, Refused, Stopped } from "./outcomes.ts";
import { ShardRun } from "./shard-run.ts";
import { Throttle } from "./throttle.ts";
import type { Phase } from "./view.ts";

const SAVE_EVERY_MS = 15_000;

/**
 * Trains a leased shard to its end and hands it in; on the way it saves local checkpoints, sends heartbeats and heeds the buttons.
 * @returns the next lease, where it came along with the answer
 */
export async function trainShard(volunteer: Volunteer, shard: LeasedShard, alive: KeepAlive): Promise<Lease | null> {
  const { state, intent, ports, memory } = volunteer;
  const { lease, trainer, data } = shard;
  const isThrottled = () => volunteer.conduct.duty < 1;
  const run = new ShardRun(lease, shard.header, trainer, data, ports.clock, isThrottled);
  const throttle = new Throttle(ports.clock);
  const report = () => run.report();
  const tick = () => alive.tick(report);
  let savedMs = ports.clock.now();
  let phase: Phase = { kind: "training" };

  const local = async (): Promise<LocalCheckpoint> => {
    const header = await run.header();
    const checkpoint = encodeCheckpoint({ step: header.step, state: await trainer.state() }, shard.program.state);
    return { ...header, checkpoint };
  };
  const save = async () => {
    await memory.setCheckpoint(await local());
    savedMs = ports.clock.now();
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
      throttle.owed(volunteer.conduct.duty);
      await volunteer.pauseHere(tick, alive.intervalMs);
      throttle.rested();
      state.enter(phase);
    } else if (ports.clock.now() - savedMs > SAVE_EVERY_MS) await save();
    try {
      await intent.during(tick());
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Stopped) await save(); // So that it goes on from here if the shard comes back.
      throw error;
    }
  };
  const between = async () => {
    await ports.clock.turn();
    state.setShard(progress());
    await look();
    await heed();
    for (let ms = throttle.owed(volunteer.conduct.duty); ms > 0; ms = throttle.owed(volunteer.conduct.duty)) {
      await intent.wait(Math.min(ms, alive.intervalMs));
      throttle.rested();
      await heed();
    }
  };

  state.set({ shard: { ...names(shard), flopsPerStep: volunteer.programs.flopsPerStep(lease.spec), ...progress() } });
  enter(phase);
  await run.train(between, enter);
  const end = await local();
  await memory.setCheckpoint(end);
  return handIn(volunteer, shard, end, alive, report);
}

async function handIn(
  volunteer: Volunteer,
  { lease }: LeasedShard,
  end: LocalCheckpoint,
  alive: KeepAlive,
  report: ShardRun["report"],
): Promise<Lease | null> {
  const { ports, memory, state } = volunteer;
  const phase: Phase = { kind: "handing-in" };
  const endCheckpoint = end.divergedAt === null ? await ports.sha256(end.checkpoint) : null;
  const result: Result = {
    modelSha256: end.modelSha256,
    startCheckpoint: end.startCheckpoint,
    endCheckpoint,
    divergedAt: end.divergedAt,
    training: end.training,
    evaluation: end.evaluation,
    measurements: end.measurements,
    trainMs: end.trainMs,
    evaluateMs: end.evaluateMs,
  };
  const send = async () => {
    if (endCheckpoint !== null) {
      await volunteer.retrying(phase, () => ports.coordinator.putCheckpoint(endCheckpoint, lease.id, end.checkpoint));
    }
    return volunteer.retrying(phase, () => ports.coordinator.handIn(lease.id, result, volunteer.nextRequest()));
  };
  const { next } = await volunteer.intent.during(alive.during(send(), report)).catch((error: unknown) => {
    const gone = error instanceof Refused && [404, 409, 410].includes(error.status);
    throw gone ? new LeaseLost(`The shard could not be handed in: ${error.message}`, { cause: error }) : error;
  });
  await memory.clearCheckpoint();
  const before = await memory.contribution();
  const contribution = {
    shards: before.shards + 1,
    steps: before.steps + (end.divergedAt ?? end.step) - lease.shard.fromStep,
    trainMs: before.trainMs + end.trainMs,
  };
  await memory.setContribution(contribution);
  state.set({ contribution });
  const { variant, shard, spec } = lease;
  const outcome = end.divergedAt === null ? "" : ` It diverged at step ${end.divergedAt}: that is a result too.`;
  state.note(
    `Handed in: ${variant.label}, seed ${spec.seed}, steps ${shard.fromStep} to ${end.divergedAt ?? shard.toStep}.${outcome}`,
  );
  return next?.kind === "lease" ? next.lease : null;
}

function names({ lease }: LeasedShard) {
  const { experiment, variant, shard, spec } = lease;
  return {
    experiment: experiment.id,
    experimentTitle: experiment.title,
    variant: variant.id,
    variantLabel: variant.label,
    seed: spec.seed,
    shard: shard.id,
    fromStep: shard.fromStep,
    toStep: shard.toStep,
    steps: spec.steps,
    batchSize: spec.batchSize,
  };
}
