import type { Ort, OrtTensor } from "../../shared/volunteer/ort.ts";

/** ONNX Runtime with a count of the tensors that were made or came out of a run, and were not disposed of. */
export function countingTensors(ort: Ort): { readonly ort: Ort; readonly live: () => number } {
  let live = 0;
  const alive = new WeakSet<OrtTensor>(); // Weak: the count must not keep what it counts.
  const counted = (tensor: OrtTensor): OrtTensor => {
    live++;
    alive.add(tensor);
    const dispose = tensor.dispose.bind(tensor);
    tensor.dispose = () => {
      if (alive.delete(tensor)) live--;
      dispose();
    };
    return tensor;
  };
  return {
    live: () => live,
    ort: {
      lost: ort.lost,
      tensor: (...parameters) => counted(ort.tensor(...parameters)),
      session: async (...parameters) => {
        const session = await ort.session(...parameters);
        return {
          run: async (feeds, fetches) => {
            const outputs = await session.run(feeds, fetches);
            for (const tensor of Object.values(outputs)) counted(tensor);
            return outputs;
          },
          release: () => session.release(),
        };
      },
    },
  };
}
