import type { TrainingProgram, Target } from "../nn/training.ts";
import type { State } from "../nn/checkpoint.ts";
import type { Device, Heartbeat, HeartbeatReply, LeaseReply, LeaseRequest } from "../protocol/lease.ts";
import type { Result, ResultReply } from "../protocol/result.ts";
import type { Dataset } from "./dataset.ts";

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

/** The coordinator's endpoints. All may throw Unreachable or Refused. */
export interface Coordinator {
  lease(request: LeaseRequest): Promise<LeaseReply>;
  heartbeat(lease: string, report: Heartbeat): Promise<HeartbeatReply>;
  handIn(lease: string, result: Result): Promise<ResultReply>;
  giveBack(lease: string): Promise<void>;
  putCheckpoint(sha256: string, lease: string, bytes: Uint8Array): Promise<void>;
  getCheckpoint(sha256: string): Promise<Uint8Array>;
}

/** A batch on the host: images [n,3,32,32] normalized, labels [n] (-1 marks padding). */
export interface Batch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** Loss and accuracy of a step; on a GPU they stay there until they are read. */
export interface Measured {
  read(): Promise<{ readonly loss: number; readonly accuracy: number }>;
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

/** Trains one network. One call at a time. All may throw RuntimeLost. */
export interface Trainer {
  load(state: State): void;
  step(batch: Batch, settings: StepSettings): Promise<Measured>;
  evaluate(batch: Batch): Promise<{ readonly lossSum: number; readonly correct: number }>;
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
  open(program: TrainingProgram): Promise<Trainer>;
  close(): Promise<void>;
}

/** Reports bytes done and, where known, in all. A download goes on when the answer has settled: so a pause holds it. */
export type Progress = (done: number, total: number | null) => void | Promise<void>;

/** Everything that differs between a browser, the command line and a test. */
export interface Ports {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  readonly sha256: (bytes: Uint8Array) => Promise<string>;
  readonly coordinator: Coordinator;
  readonly store: Store;
  /** @param losses how often a runtime was lost since the last shard was handed in */
  readonly openRuntime: (losses: number, progress: Progress) => Promise<Runtime>;
  readonly openDataset: (progress: Progress, note: (text: string) => void) => Promise<Dataset>;
}

/** What a volunteer chose. */
export interface Choices {
  readonly alias?: string | undefined;
  /** Only shards of this experiment. */
  readonly experiment?: string | undefined;
  /** Stops after so many shards. */
  readonly shards?: number | undefined;
}
