/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011; also JAX's default). The same (seed, stream, counter) gives the same bits on every device, in any order.
 */

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

/** Encrypts the counter (c0, c1) under the key (k0, k1): two uniform 32-bit words. */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number): [number, number] {
  const keys = [k0 | 0, k1 | 0, PARITY ^ k0 ^ k1] as const;
  let x0 = (c0 + keys[0]) | 0;
  let x1 = (c1 + keys[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round & 7]!;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if ((round & 3) === 3) {
      const injection = (round + 1) >> 2;
      x0 = (x0 + keys[(injection % 3) as 0 | 1 | 2]) | 0;
      x1 = (x1 + keys[((injection + 1) % 3) as 0 | 1 | 2] + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** A stream's number: 32-bit FNV-1a of its name, so that streams named apart do not overlap. */
export function streamOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * `count` uniform numbers in [0, 1) with 32 bits each, as doubles.
 * @param seed the run's seed (uint32)  @param stream what they are for  @param step the stream's own clock (epoch, step)
 */
export function uniform(seed: number, stream: string, step: number, count: number): Float64Array {
  const key = streamOf(stream);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    const [a, b] = threefry2x32(seed, key, step, i >>> 1);
    numbers[i] = a / 2 ** 32;
    if (i + 1 < count) numbers[i + 1] = b / 2 ** 32;
  }
  return numbers;
}

/** `count` standard normal numbers by Box and Muller's transform. */
export function normal(seed: number, stream: string, step: number, count: number): Float64Array {
  const pairs = Math.ceil(count / 2);
  const u = uniform(seed, stream, step, 2 * pairs);
  const numbers = new Float64Array(2 * pairs);
  for (let i = 0; i < 2 * pairs; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - u[i]!));
    const angle = 2 * Math.PI * u[i + 1]!;
    numbers[i] = radius * Math.cos(angle);
    numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers.subarray(0, count);
}
