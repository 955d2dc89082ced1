import { InferenceSession, Tensor } from "onnxruntime-node";
import { compileTraining, initialState, type ProgramSpec } from "../../../shared/nn/training.ts";

/** Prints by how many bytes this process grows at most in a training step of its argument's network, without a runtime's reserves. */
const spec = JSON.parse(process.argv[2]!) as ProgramSpec;
const program = compileTraining(spec, "cpu");
const start = initialState({ ...spec, seed: 1 });
const session = await InferenceSession.create(program.train.bytes, {
  enableCpuMemArena: false,
  enableMemPattern: false,
  intraOpNumThreads: 1,
  logSeverityLevel: 3,
});
const before = process.memoryUsage.rss();
const state = program.state.map(({ name, shape }) => [name, new Tensor(start[name] as Float32Array, shape)] as const);
await session.run({
  ...Object.fromEntries(state),
  images: new Tensor(new Float32Array(spec.batchSize * 3072).fill(0.5), [spec.batchSize, 3, 32, 32]),
  labels: new Tensor(new Int32Array(spec.batchSize), [spec.batchSize]),
  learningRate: new Tensor(Float32Array.of(0.01), []),
  weightDecay: new Tensor(Float32Array.of(0), []),
});
console.log(process.resourceUsage().maxRSS * 1024 - before);
await session.release();
