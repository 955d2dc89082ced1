import { streamOf, threefry2x32 } from "../../math/random.ts";
import { PROJECTIONS } from "../../protocol/calibration.ts";

/**
 * Sums of a vector's elements with pseudo-random signs, 32 of them (Johnson and Lindenstrauss; signs: Achlioptas 2003). Their mean square is the vector's
 * squared length in expectation, so that how far two states lie apart can be told to a tenth from 32 numbers each.
 * @param seed of the signs
 */
export function project(values: ArrayLike<number>, seed: number): number[] {
  const sums = new Float64Array(PROJECTIONS);
  const stream = streamOf("projection");
  for (let i = 0; i < values.length; i += 2) {
    const words = threefry2x32(seed, stream, 0, i >>> 1);
    for (let side = 0; side < 2 && i + side < values.length; side++) {
      const [value, signs] = [values[i + side]!, words[side]!];
      for (let k = 0; k < PROJECTIONS; k++) sums[k]! += (signs >>> k) & 1 ? value : -value;
    }
  }
  return [...sums];
}
