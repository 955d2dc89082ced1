import { describe, expect, it } from "vitest";
import { countingTensors } from "../../../scripts/bench/live-tensors.ts";
import { nodeOrt } from "../../../scripts/volunteer/ort-node.ts";
import { compileTraining, initialState, type ProgramSpec } from "../../../shared/nn/training.ts";
import { openTrainer } from "../../../shared/volunteer/ort-trainer.ts";

const spec: ProgramSpec = {
  network: { family: "vgg", depth: 11, width: 1 / 64, head: "linear" },
  normalization: "batch",
  batchSize: 4,
};
const batch = { images: new Float32Array(4 * 3072).fill(0.5), labels: Int32Array.of(1, 2, 3, -1) };
const rates = { learningRate: 0.01, weightDecay: 0 };

describe("a trainer's tensors", () => {
  it("are its state, and the losses that nobody has read yet; when it closes, none are left", async () => {
    const { ort, live } = countingTensors(nodeOrt(1));
    const program = compileTraining(spec, "cpu");
    const trainer = await openTrainer(ort, program);
    expect(live()).toBe(0);
    trainer.load(initialState({ ...spec, seed: 1 }));
    const state = program.state.length;
    expect(live()).toBe(state);

    const unread = [];
    for (let step = 1; step <= 5; step++) {
      unread.push(await trainer.step(batch, rates));
      expect(live()).toBe(state + 2 * step);
    }
    await unread[0]!.read();
    for (const measured of unread.slice(1)) measured.dispose();
    expect(live()).toBe(state);

    await trainer.evaluate(batch);
    await trainer.state();
    expect(live()).toBe(state);
    trainer.load(initialState({ ...spec, seed: 2 }));
    expect(live()).toBe(state);
    await trainer.close();
    expect(live()).toBe(0);
  });
});
