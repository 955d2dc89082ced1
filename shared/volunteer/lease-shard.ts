import { decodeCheckpoint, type State } from "../nn/checkpoint.ts";
import { initialState, type TrainingProgram } from "../nn/training.ts";
import type { Lease } from "../protocol/lease.ts";
import type { KeepAlive } from "./keep-alive.ts";
import { continues, freshHeader, type LocalCheckpoint, type LocalHeader } from "./local-checkpoint.ts";
import type { Volunteer } from "./loop.ts";
import { Failure, Unreachable } from "./outcomes.ts";
import type { Dataset } from "./dataset.ts";
import { ExampleImages } from "./example-images.ts";
import type { Runtime, Trainer } from "./ports.ts";
import { needsImages, type TrainingData, trainingData } from "./training-data.ts";

/** A leased shard, ready to train. */
export interface LeasedShard {
  readonly lease: Lease;
  readonly program: TrainingProgram;
  /** Has the state loaded that `header` belongs to. */
  readonly trainer: Trainer;
  readonly header: LocalHeader;
  readonly data: TrainingData;
  /** What a volunteer who looks is shown of it; null where there are no images. Made when first looked at. */
  readonly examples: (() => ExampleImages) | null;
}

/** Brings together what a lease needs: the model, compiled here and checked by its hash, and the state to start from. */
export async function leaseShard(
  volunteer: Volunteer,
  lease: Lease,
  runtime: Runtime,
  local: LocalCheckpoint | null,
  alive: KeepAlive,
): Promise<LeasedShard> {
  const { state } = volunteer;
  state.enter({ kind: "preparing", what: "model", done: null, total: null });
  const program = volunteer.programs.compile(lease.spec, runtime.target);
  if (program.train.sha256 !== lease.modelSha256) {
    throw new Failure(
      `This page compiles model ${program.train.sha256.slice(0, 8)}, the coordinator wants ${lease.modelSha256.slice(0, 8)}: one of them is of another version.`,
      "Reload the page. On the command line: update the checkout and run npm ci.",
    );
  }
  const idle = () => ({ step: lease.shard.fromStep, loss: null, accuracy: null, stepsPerSecond: null });
  const images = needsImages(lease.spec) ? await alive.during(volunteer.images(), idle) : null;
  const data = trainingData(lease.spec, images);
  const resumed = local && continues(local, lease) ? resume(local, lease.id, program) : null;
  const start = resumed ?? { header: freshHeader(lease), state: await alive.during(startState(volunteer, lease, program), idle) };
  if (resumed && resumed.header.step > lease.shard.fromStep)
    state.note(`Going on from step ${resumed.header.step}, where this device left off.`);
  const trainer = await alive.during(
    volunteer.waits.preparing("model", () => volunteer.programs.open(runtime, lease.spec)),
    idle,
  );
  trainer.load(start.state);
  const examples = images && examplesOf(volunteer, lease, runtime, images, trainer);
  return { lease, program, trainer, header: start.header, data, examples };
}

function examplesOf({ programs, ports }: Volunteer, { spec }: Lease, { target }: Runtime, images: Dataset, trainer: Trainer) {
  let made: ExampleImages | undefined;
  return () => (made ??= new ExampleImages(images.test, spec.seed, programs.prediction(spec, target), trainer, ports.clock));
}

/** A local checkpoint that cannot be read counts as none. */
function resume(
  { checkpoint, ...header }: LocalCheckpoint,
  lease: string,
  program: TrainingProgram,
): { header: LocalHeader; state: State } | null {
  try {
    const { step, state } = decodeCheckpoint(checkpoint, program.state);
    return step === header.step ? { header: { ...header, lease }, state } : null;
  } catch {
    return null;
  }
}

async function startState(volunteer: Volunteer, lease: Lease, program: TrainingProgram): Promise<State> {
  const { startCheckpoint } = lease;
  if (startCheckpoint === null) return initialState(lease.spec);
  return volunteer.waits.preparing("checkpoint", async () => {
    const bytes = await volunteer.ports.coordinator.getCheckpoint(startCheckpoint);
    if ((await volunteer.ports.sha256(bytes)) !== startCheckpoint) {
      throw new Unreachable("The checkpoint arrived damaged (another SHA-256 than its name): it is fetched again.");
    }
    return decodeCheckpoint(bytes, program.state).state;
  });
}
