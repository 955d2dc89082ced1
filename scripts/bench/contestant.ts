/** A network whose training step is measured, or a plain product of two matrices: the peak of the same runtime. */
export type Work = NetworkWork | ProductWork;

export interface NetworkWork {
  readonly kind: "step";
  readonly depth: 11 | 16;
  readonly width: number;
  readonly normalization: "batch" | "none";
  readonly batchSize: number;
}

export interface ProductWork {
  readonly kind: "product";
  /** Both matrices are size x size. */
  readonly size: number;
}

/** A network's step at whichever batch size its contestants take. */
export type Task = Omit<NetworkWork, "batchSize"> | ProductWork;

/** One unit of work, ready to be repeated. */
export interface Runner {
  /** Milliseconds until its numbers are on the host. */
  run(): Promise<number>;
  close(): Promise<void>;
}

/** A runner in known processes, so that their processor time can be read. */
export interface Entered extends Runner {
  readonly pids: readonly number[];
}

/** A runtime in the race. */
export interface Contestant {
  readonly name: string;
  /** Contestants of one machinery share a peak, the fastest plain product among them: "native, 1 thread". */
  readonly machinery: string;
  /** Ours is what the others of its machinery are compared with. */
  readonly isOurs: boolean;
  /** Smaller where a step would take too long. */
  readonly batchSize: number;
  /** Runs of each round; of several, the first does not count. */
  readonly repeats: number;
  open(work: Work): Promise<Entered>;
}

/** "VGG-11, width 1/8" */
export const sizeOf = ({ depth, width }: Pick<NetworkWork, "depth" | "width">): string =>
  `VGG-${depth}, width ${width === 1 ? "1" : `1/${1 / width}`}`;

/** "VGG-11, width 1/8, BatchNorm" */
export const nameOf = (work: Omit<NetworkWork, "batchSize">): string =>
  `${sizeOf(work)}, ${work.normalization === "batch" ? "BatchNorm" : "none"}`;

/** "1 thread", "2 threads" */
export const inThreads = (threads: number): string => `${threads} thread${threads === 1 ? "" : "s"}`;
