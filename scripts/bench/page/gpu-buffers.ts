/** Bytes of GPU buffers, from the WebGPU objects themselves, below ONNX Runtime. */
export interface GpuBytes {
  readonly now: number;
  readonly most: number;
}

/* eslint-disable @typescript-eslint/unbound-method -- each is called with its own `this` */

/** From now on counts buffers from their making to their destruction. Call it once in a page, before anything else uses the GPU. */
export function countGpuBuffers(): () => GpuBytes {
  if (!("GPUBuffer" in globalThis)) return () => ({ now: 0, most: 0 });
  let [now, most] = [0, 0];
  const alive = new WeakSet<GPUBuffer>();
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    alive.add(buffer);
    now += buffer.size;
    most = Math.max(most, now);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    if (alive.delete(this)) now -= this.size;
    return destroy.call(this);
  };
  return () => ({ now, most });
}
