import { describe, expect, it } from "vitest";
import { compile } from "../../../shared/graph/compile.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { randomUniform } from "../../../shared/graph/ops/random-uniform.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import { gradient } from "../../../shared/graph/vjp.ts";
import { reduceSum } from "../../../shared/graph/ops/reduce-sum.ts";
import { reshape } from "../../../shared/graph/ops/reshape.ts";
import { cosineOfTurn, Noise, NOISE, noiseKey } from "../../../shared/nn/noise.ts";
import { runOnCpu } from "../ort.ts";

const key = input("noiseKey", "int32", [2]);
const SHAPE = [64, 16, 8, 8];
const COUNT = 65_536;

async function draw(seed: number, step: number, salt: number): Promise<Float64Array> {
  const model = compile("draw", { u: randomUniform(key, SHAPE, salt) }, "cpu");
  return (await runOnCpu(model, { noiseKey: noiseKey(seed, step) }))["u"]!;
}

const mean = (numbers: Float64Array | readonly number[]) => {
  let sum = 0;
  for (const x of numbers) sum += x;
  return sum / numbers.length;
};
const correlation = (a: Float64Array, b: Float64Array) => 12 * mean(a.map((x, i) => (x - 0.5) * (b[i]! - 0.5)));
/** Four standard errors of a correlation of this many independent pairs. */
const BOUND = 4 / Math.sqrt(COUNT);

describe("numbers hashed in the graph", () => {
  it("are bit for bit those of the definition", async () => {
    const want = evaluateReference([randomUniform(key, SHAPE, 3)], { noiseKey: Float64Array.from(noiseKey(1, 17)) })[0]!;
    expect(await draw(1, 17, 3)).toEqual(want);
  });

  it("fill [0, 1) evenly", async () => {
    const u = await draw(1, 0, 1);
    expect(Math.min(...u)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...u)).toBeLessThan(1);
    const bins = new Float64Array(256);
    for (const x of u) bins[Math.floor(256 * x)]! += 1;
    const chiSquare = Array.from(bins).reduce((sum, n) => sum + (n - COUNT / 256) ** 2 / (COUNT / 256), 0);
    // 255 degrees of freedom: mean 255, deviation 22.6.
    expect(Math.abs(chiSquare - 255)).toBeLessThan(4 * 22.6);
  });

  it("are uncorrelated with their neighbours, the next image, the next step, another layer and another seed", async () => {
    const u = await draw(1, 0, 1);
    for (const lag of [1, 8, 64, 1024]) {
      expect(Math.abs(correlation(u.subarray(0, COUNT - lag), u.subarray(lag))), `lag ${lag}`).toBeLessThan(BOUND);
    }
    for (const other of [await draw(1, 1, 1), await draw(1, 0, 2), await draw(2, 0, 1)]) {
      expect(Math.abs(correlation(u, other))).toBeLessThan(BOUND);
    }
  });
});

describe("the cosine that the noise is made with", () => {
  it("is within 1e-6 of the cosine in float32", async () => {
    const u = input("u", "float32", [4096]);
    const turns = Float64Array.from({ length: 4096 }, (_, i) => i / 4096);
    const { y } = await runOnCpu(compile("cosine", { y: cosineOfTurn(u) }, "cpu"), { u: turns });
    const worst = Math.max(...turns.map((turn, i) => Math.abs(y![i]! - Math.cos(2 * Math.PI * turn))));
    expect(worst).toBeLessThan(1e-6);
  });
});

describe("the noise of Algorithm 1", () => {
  const zeros = new Float64Array(COUNT);
  const x = input("x", "float32", SHAPE);
  const disturbed = new Noise(key).disturb(x);
  const model = compile("disturb", { y: disturbed }, "cpu");
  const at = (step: number, numbers: Float64Array) =>
    runOnCpu(model, { x: numbers, noiseKey: noiseKey(1, step) }).then(({ y }) => y!);
  /** All elements of channel c: 64 of each image, of which each has 1024. */
  const channel = (y: Float64Array, c: number) =>
    Float64Array.from({ length: COUNT / 16 }, (_, i) => y[1024 * Math.floor(i / 64) + 64 * c + (i % 64)]!);

  it("shifts each unit by its own mean and each element about it", async () => {
    const y = await at(0, zeros);
    for (let c = 0; c < 16; c++) {
      const shifts = channel(y, c);
      const center = mean(shifts);
      expect(Math.abs(center)).toBeLessThan(NOISE.meanRange + 0.01);
      expect(Math.max(...shifts) - Math.min(...shifts)).toBeGreaterThan(1.9 * NOISE.meanSpread);
      expect(Math.max(...shifts) - Math.min(...shifts)).toBeLessThan(2 * NOISE.meanSpread + 1e-6);
    }
    const centers = Array.from({ length: 16 }, (_, c) => mean(channel(y, c)));
    expect(Math.max(...centers) - Math.min(...centers)).toBeGreaterThan(0.4);
  });

  it("scales each element by a normal number about its unit's, between 1 and 1.25", async () => {
    const ones = zeros.map(() => 1);
    const [shifted, both] = [await at(0, zeros), await at(0, ones)];
    const scales = both.map((y, i) => y - shifted[i]!);
    for (let c = 0; c < 16; c++) {
      const s = channel(scales, c);
      const center = mean(s);
      expect(center).toBeGreaterThan(0.99);
      expect(center).toBeLessThan(NOISE.deviationMost + 0.01);
      const deviation = Math.sqrt(mean(s.map((v) => (v - center) ** 2)));
      expect(deviation).toBeGreaterThan(0.95 * NOISE.deviationSpread);
      expect(deviation).toBeLessThan(1.05 * NOISE.deviationSpread);
    }
  });

  it("moves between steps as Figure 7 measures it: the mean of |mu - mu'| is 1/3 for mu in (-1/2, 1/2)", async () => {
    const centers = await Promise.all(
      Array.from({ length: 40 }, async (_, step) => {
        const y = await at(step, zeros);
        return Array.from({ length: 16 }, (_, c) => mean(channel(y, c)));
      }),
    );
    const moves = centers.slice(1).flatMap((now, t) => now.map((mu, c) => Math.abs(mu - centers[t]![c]!)));
    expect(mean(moves)).toBeGreaterThan(0.3);
    expect(mean(moves)).toBeLessThan(0.37);
  });

  it("is a constant to differentiation: the gradient of a -> s a + m is s", async () => {
    const [dx] = gradient(reshape(reduceSum(disturbed, [0, 1, 2, 3]), []), [x]);
    const { g } = await runOnCpu(compile("gradient", { g: dx! }, "cpu"), { noiseKey: noiseKey(1, 0) });
    const [shifted, both] = [
      await at(0, zeros),
      await at(
        0,
        zeros.map(() => 1),
      ),
    ];
    for (let i = 0; i < COUNT; i += 1009) expect(g![i]).toBeCloseTo(both[i]! - shifted[i]!, 5);
  });
});
