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

/** One unit of work, ready to be repeated. */
export interface Runner {
  /** Milliseconds until its numbers are on the host. */
  run(): Promise<number>;
  close(): Promise<void>;
}

/** A runtime in the race. */
export interface Contestant {
  readonly name: string;
  /** What must be said beside its numbers. */
  readonly note?: string;
  /** Smaller than the others' where a step would take too long. */
  readonly batchSize: number;
  /** Runs of each round. */
  readonly repeats: number;
  open(work: Work): Promise<Runner>;
  close(): Promise<void>;
}

/** VGG's row in the table: "VGG-11 1/8 BN". */
export const nameOf = ({ depth, width, normalization }: NetworkWork): string =>
  `VGG-${depth}, width ${width === 1 ? "1" : `1/${1 / width}`}, ${normalization === "batch" ? "BatchNorm" : "none"}`;
