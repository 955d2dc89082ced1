import type { TrainingProgram, Target } from "../nn/training.ts";
import type { State } from "../nn/checkpoint.ts";
import type { Model } from "../graph/model.ts";
import type { ProbeModels } from "../nn/probes/probe-models.ts";
import type { Calibration, CalibrationReply } from "../protocol/calibration.ts";
import type { Commit, CommitReply } from "../protocol/audit.ts";
import type { Device, DeviceMemory, Heartbeat, HeartbeatReply, LeaseReply, LeaseRequest } from "../protocol/lease.ts";
import type { ProbeName, Probes } from "../protocol/probes.ts";
import type { Result, ResultReply } from "../protocol/result.ts";
import type { Dataset } from "./dataset.ts";
import type { Rows } from "./probes/row.ts";

/** Time, as the loop needs it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets messages, timers and the network have their turn between two steps. */
  turn(): Promise<void>;
}

/** A place for bytes under names that outlives the page or the process. */
export interface Store {
  get(name: string): Promise<Uint8Array | null>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  delete(name: string): Promise<void>;
}

/** A volunteer's key pair (ECDSA on P-256), the private half of which never leaves its place. */
export interface Keys {
  /** As PublicKey of the protocol has it. */
  readonly publicKey: string;
  /** As Signature of the protocol has it. @param text ASCII */
  readonly sign: (text: string) => Promise<string>;
}

/** The coordinator's endpoints. All may throw Unreachable or Refused. */
export interface Coordinator {
  /** Absent: devices are not calibrated (those of the operator's auditor). */
  readonly calibrate?: (calibration: Calibration) => Promise<CalibrationReply>;
  /** The id of the volunteer who asks. */
  readonly volunteer?: () => Promise<string>;
  lease(request: LeaseRequest): Promise<LeaseReply>;
  heartbeat(lease: string, report: Heartbeat): Promise<HeartbeatReply>;
  /** @param commits in step order */
  commit(lease: string, commits: readonly Commit[]): Promise<CommitReply>;
  /** Leaves behind what was trained so far: it counts if this volunteer vanishes. */
  keepPart(lease: string, result: Result): Promise<HeartbeatReply>;
  /** @param next asks for the next shard in the same call */
  handIn(lease: string, result: Result, next?: LeaseRequest): Promise<ResultReply>;
  giveBack(lease: string): Promise<void>;
  putCheckpoint(sha256: string, lease: string, bytes: Uint8Array): Promise<void>;
  getCheckpoint(sha256: string): Promise<Uint8Array>;
}

export type Numbers = Float32Array | Float64Array | Int32Array;

/** A batch on the host, by the names of the model's inputs. */
export type Feeds = Readonly<Record<string, Numbers>>;

/** Loss and accuracy (null where nothing is classified) of a step; on a GPU they stay there until they are read. */
export interface Measured {
  read(): Promise<{ readonly loss: number; readonly accuracy: number | null }>;
  /** Frees them unread. */
  dispose(): void;
}

/** What a step takes besides the batch. */
export interface StepSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Where the normalization is noisy: noiseKey(seed, step). */
  readonly noiseKey?: Int32Array;
}

export interface ProbeSettings extends StepSettings {
  readonly seed: number;
  readonly step: number;
}

/** Told before each pass of a measurement: how many are done, and of how many. May wait, save or throw. */
export type BetweenPasses = (done: number, total: number) => Promise<void>;

/** Trains one network. One call at a time. All may throw RuntimeLost. */
export interface Trainer {
  load(state: State): void;
  step(batch: Feeds, settings: StepSettings): Promise<Measured>;
  evaluate(batch: Feeds): Promise<{ readonly lossSum: number; readonly correct: number }>;
  /** Logits [batch x classes] of a batch's images by a model of compilePrediction, on the state as it is. */
  predict(model: Model, batch: Feeds): Promise<Float32Array>;
  /** Measures what is due before a step's update; the step on this batch comes next. The state stays as it is. */
  probeBefore(batch: Feeds, due: readonly ProbeName[], settings: ProbeSettings, between: BetweenPasses): Promise<void>;
  /** Measures what is due after it, and gives the rows of that step. @param next the next step's batch and noise key */
  probeAfter(next: Feeds, nextKey: Int32Array | undefined): Promise<Rows>;
  /** Copies the state to the host. */
  state(): Promise<State>;
  close(): Promise<void>;
}

/** ONNX Runtime on one device. */
export interface Runtime {
  readonly device: Device;
  /** Why this provider, in a sentence. */
  readonly reason: string;
  readonly target: Target;
  /** What this device can give to training now; absent: it cannot tell. */
  memory?(): DeviceMemory;
  /** @param probes what the run's spec asks to be measured, and the models for it */
  open(program: TrainingProgram, probes?: { readonly probes: Probes; readonly models: ProbeModels }): Promise<Trainer>;
  close(): Promise<void>;
}

/** Reports bytes done and, where known, in all. A download goes on when the answer has settled: so a pause holds it. */
export type Progress = (done: number, total: number | null) => void | Promise<void>;

/** Everything that differs between a browser, the command line and a test. */
export interface Ports {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sha256: (bytes: Uint8Array) => Promise<string>;
  readonly coordinator: Coordinator;
  readonly store: Store;
  /** @param losses how often a runtime was lost since the last shard was handed in */
  readonly openRuntime: (losses: number, progress: Progress) => Promise<Runtime>;
  readonly openDataset: (progress: Progress, note: (text: string) => void) => Promise<Dataset>;
}

/** What a volunteer chose. */
export interface Choices {
  /** Only shards of this experiment. */
  readonly experiment?: string | undefined;
  /** Stops after so many shards. */
  readonly shards?: number | undefined;
}
