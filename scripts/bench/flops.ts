import { stepFlops } from "../../shared/nn/flops.ts";
import type { Work } from "./contestant.ts";
import { programSpec } from "./networks.ts";

/** Multiplications and additions of the convolutions and matrix products of one unit of work. */
export const flops = (work: Work): number => (work.kind === "product" ? 2 * work.size ** 3 : stepFlops(programSpec(work)));
