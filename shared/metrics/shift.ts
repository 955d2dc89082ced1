import { column, type Measured } from "./column.ts";
import type { Curve } from "./curve.ts";

/** Definition 2.1: |G - G'|, how far the update of the preceding layers moves a layer's gradient. @param layer the paper's "#k", from 1 */
export const shiftL2 = (run: Measured, layer: number): Curve => column(run, "shift", `l2.${layer}`);

/** Definition 2.1: the cosine of the angle between G and G'; 1 is no shift at all. */
export const shiftCosine = (run: Measured, layer: number): Curve => column(run, "shift", `cosine.${layer}`);
