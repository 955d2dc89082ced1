import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import { getThreadsCount, setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu";
import type { NetworkWork, Runner } from "../contestant.ts";
import { blocks } from "../networks.ts";
import { randomBatch, RATES } from "../numbers.ts";
import { offer } from "./offer.ts";

type Images = tf.Tensor4D;

/** Its WebAssembly backend has no kernel for the weights' gradient: there, a convolution by the outputs as one large window. */
function convolve(x: Images, w: Images): Images {
  if (tf.getBackend() !== "wasm") return tf.conv2d(x, w, 1, "same");
  const patched = tf.customGrad((...args) => {
    const [images, weights, save] = args as unknown as [Images, Images, tf.GradSaveFunc];
    save([images, weights]);
    return {
      value: tf.conv2d(images, weights, 1, "same"),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [x, w] = saved as [Images, Images];
        const dx = tf.conv2dTranspose(dy as Images, w, x.shape, 1, "same");
        const dw = tf.conv2d(tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy as Images, [1, 2, 0, 3]), 1, 1);
        return [dx, tf.transpose(dw, [1, 2, 0, 3])];
      },
    };
  });
  return patched(x, w);
}

function step(work: NetworkWork): Runner {
  const { images, labels } = randomBatch(work.batchSize);
  const x = tf.transpose(tf.tensor4d(images, [work.batchSize, 3, 32, 32]), [0, 2, 3, 1]);
  const oneHot = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
  const shapes = blocks(work);
  const batchNorm = work.normalization === "batch";
  let channels = 3;
  const layers = shapes.flatMap((block) =>
    block.map((out, i) => {
      const layer = {
        weight: tf.variable(tf.randomNormal([3, 3, channels, out], 0, Math.sqrt(2 / (9 * channels)))),
        bias: tf.variable(tf.zeros([out])),
        gamma: tf.variable(tf.ones([out]), batchNorm),
        beta: tf.variable(tf.zeros([out]), batchNorm),
        last: i === block.length - 1,
      };
      channels = out;
      return layer;
    }),
  );
  const head = { weight: tf.variable(tf.randomNormal([channels, 10], 0, 0.1)), bias: tf.variable(tf.zeros([10])) };
  const all = [
    ...layers.flatMap(({ weight, bias, gamma, beta }) => (batchNorm ? [weight, bias, gamma, beta] : [weight, bias])),
    head.weight,
    head.bias,
  ];
  const loss = (): tf.Scalar => {
    let a = x;
    for (const { weight, bias, gamma, beta, last } of layers) {
      a = tf.add(convolve(a, weight as unknown as Images), bias);
      if (batchNorm) {
        const { mean, variance } = tf.moments(a, [0, 1, 2]);
        a = tf.batchNorm<tf.Rank.R4>(
          a,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          beta as tf.Tensor1D,
          gamma as tf.Tensor1D,
          1e-5,
        );
      }
      if (last) a = tf.maxPool(a, 2, 2, "valid");
      a = tf.relu(a);
    }
    const logits = tf.add(tf.matMul(tf.reshape(a, [work.batchSize, channels]), head.weight as unknown as tf.Tensor2D), head.bias);
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot), 1)));
  };
  return {
    async run() {
      const started = performance.now();
      const value = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss, all);
        for (const variable of all) {
          const gradient = grads[variable.name]!;
          const decayed = variable.rank > 1 ? tf.add(gradient, tf.mul(variable, RATES.weightDecay)) : gradient;
          variable.assign(tf.sub(variable, tf.mul(decayed, RATES.learningRate)));
        }
        return value;
      });
      const [number] = await value.data();
      value.dispose();
      if (!Number.isFinite(number)) throw new Error(`bench: TensorFlow.js: got loss ${number}, want a finite number`);
      return performance.now() - started;
    },
    close: () => Promise.resolve(tf.disposeVariables()),
  };
}

function product(size: number): Runner {
  const matrix: tf.Tensor2D = tf.fill([size, size], 0.5);
  return {
    async run() {
      const started = performance.now();
      const sum = tf.tidy(() => tf.sum(tf.matMul(matrix, matrix)));
      await sum.data();
      sum.dispose();
      return performance.now() - started;
    },
    close: () => Promise.resolve(matrix.dispose()),
  };
}

offer(async (provider, threads, work) => {
  setWasmPaths("/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
  setThreadsCount(threads);
  if (!(await tf.setBackend(provider))) throw new Error(`bench: TensorFlow.js has no ${provider} here`);
  await tf.ready();
  // The table calls it a contestant that takes one thread: where it took more, it would be called wrongly.
  if (provider === "wasm" && getThreadsCount() !== 1) {
    throw new Error(`bench: TensorFlow.js: got ${getThreadsCount()} threads, want one, whatever it is asked for (${threads})`);
  }
  return work.kind === "product" ? product(work.size) : step(work);
});
