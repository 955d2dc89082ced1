import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad, type Array as Jax } from "@jax-js/jax";
import type { NetworkWork, Runner } from "../contestant.ts";
import { blocks } from "../networks.ts";
import { randomBatch, RATES } from "../numbers.ts";
import { offer } from "./offer.ts";

const random = (shape: readonly number[], scale: number): Jax =>
  np
    .array(Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (2 * Math.random() - 1) * scale))
    .reshape([...shape]);

/** As in JAX, compiled as a whole; `.ref` keeps an array that is used again. */
function step(work: NetworkWork): Runner {
  const { images, labels } = randomBatch(work.batchSize);
  const x = np.array(images).reshape([work.batchSize, 3, 32, 32]);
  const oneHot = np.array(
    Float32Array.from({ length: 10 * work.batchSize }, (_, i) => (labels[Math.floor(i / 10)] === i % 10 ? 1 : 0)),
  );
  const y = oneHot.reshape([work.batchSize, 10]);
  const batchNorm = work.normalization === "batch";
  const layers = blocks(work).flatMap((block) => block.map((out, i) => ({ out, last: i === block.length - 1 })));

  let parameters: Jax[] = [];
  let channels = 3;
  for (const { out } of layers) {
    parameters.push(random([out, channels, 3, 3], Math.sqrt(6 / (9 * channels))), np.zeros([1, out, 1, 1]));
    if (batchNorm) parameters.push(np.ones([1, out, 1, 1]), np.zeros([1, out, 1, 1]));
    channels = out;
  }
  parameters.push(random([channels, 10], Math.sqrt(6 / channels)), np.zeros([10]));

  const loss = (p: Jax[], images: Jax, targets: Jax): Jax => {
    let k = 0;
    let a = images;
    let side = 32;
    for (const { out, last } of layers) {
      a = lax.convGeneralDilated(a, p[k++]!, [1, 1], "SAME").add(p[k++]!);
      if (batchNorm) {
        const centred = a.ref.sub(np.mean(a, [0, 2, 3], { keepdims: true }));
        const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
        a = centred
          .div(np.sqrt(variance.add(1e-5)))
          .mul(p[k++]!)
          .add(p[k++]!);
      }
      if (last) {
        side /= 2;
        a = np.max(a.reshape([work.batchSize, out, side, 2, side, 2]), [3, 5]);
      }
      a = nn.relu(a);
    }
    const logits = np.matmul(a.reshape([work.batchSize, channels]), p[k++]!).add(p[k]!);
    return np.mean(np.sum(nn.logSoftmax(logits).mul(targets), 1)).neg();
  };

  const update = jit((p: Jax[], images: Jax, targets: Jax): Jax[] => {
    const [value, gradients] = valueAndGrad(loss)(
      p.map((each) => each.ref),
      images,
      targets,
    );
    return [value, ...p.map((each, i) => each.sub(gradients[i]!.mul(RATES.learningRate)))];
  });

  return {
    async run() {
      const started = performance.now();
      const [value, ...next] = update(parameters, x.ref, y.ref);
      parameters = next;
      await blockUntilReady(parameters.map((each) => each.ref));
      const [number] = (await value!.data()) as unknown as Float32Array;
      if (!Number.isFinite(number)) throw new Error(`bench: jax-js: got loss ${number}, want a finite number`);
      return performance.now() - started;
    },
    close: () => Promise.resolve(),
  };
}

function product(size: number): Runner {
  const matrix = np.full([size, size], 0.5);
  const multiply = jit((a: Jax, b: Jax) => np.sum(np.matmul(a, b)));
  return {
    async run() {
      const started = performance.now();
      await multiply(matrix.ref, matrix.ref).data();
      return performance.now() - started;
    },
    close: () => Promise.resolve(),
  };
}

offer(async (provider, _threads, work) => {
  const available = await init(provider);
  if (!available.includes(provider)) throw new Error(`bench: jax-js has no ${provider} here`);
  defaultDevice(provider);
  return work.kind === "product" ? product(work.size) : step(work);
});
