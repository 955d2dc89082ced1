import { expect, test } from "vitest";
import { allow, experimentFor, notes, press, slot, stepOf, titled, WORKING } from "./donating.ts";
import { firstExperiment } from "./first-experiment.ts";
import { complaintsOf, origin, within } from "./reader.ts";

test("while somebody uses the device it rests; without a network it trains on, waits with the hand-in, and goes on when the network is back", () =>
  within({}, async (context) => {
    const experiment = await experimentFor({
      ...{
        experiment: await firstExperiment("linear-map"),
        seeds: [1],
        variants: ["batchnorm-lr1e-7"],
        overrides: { steps: 250 },
      },
    });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const cdp = await context.newCDPSession(page);
    await allow(context, page, ["idleDetection", "wakeLockScreen"]);
    // The locks that the page is given, seen from beside it.
    await page.addInitScript(() => {
      const { request } = WakeLock.prototype; // eslint-disable-line @typescript-eslint/unbound-method
      const locks: WakeLockSentinel[] = [];
      WakeLock.prototype.request = async function (type) {
        const lock = await request.call(this, type);
        locks.push(lock);
        return lock;
      };
      Object.assign(globalThis, { locks });
    });
    const held = () =>
      page.evaluate(
        () => (globalThis as unknown as { locks: WakeLockSentinel[] }).locks.filter(({ released }) => !released).length,
      );
    await cdp.send("Emulation.setIdleOverride", { isUserActive: true, isScreenUnlocked: true });
    await page.goto(`${origin}/donate?experiment=${experiment}`);
    await page.getByRole("checkbox", { name: "Only while I am not using this device" }).check();
    await page.getByRole("checkbox", { name: "Keep the screen on while it trains" }).check();
    await press(page, "start");
    await titled(page, "Resting");
    expect(await slot(page, "detail").textContent()).toContain("You are using this device");
    await expect.poll(held).toBe(0);
    await cdp.send("Emulation.setIdleOverride", { isUserActive: false, isScreenUnlocked: false });
    await titled(page, WORKING);
    await expect.poll(held).toBe(1);

    await context.setOffline(true);
    await slot(page, "detail").filter({ hasText: "training goes on, and the shard is handed in when it is back" }).waitFor();
    await titled(page, "Offline");
    expect(await slot(page, "detail").textContent()).toContain("What was trained is kept here");
    await context.setOffline(false);
    await notes(page)
      .getByText(/^\S+ Handed in: .*, steps 0 to 250\.$/)
      .waitFor({ timeout: 10_000 });

    await titled(page, "Waiting");
    expect(await slot(page, "detail").textContent()).toContain("Every run here is trained to its end");
    await press(page, "stop");
    await titled(page, "Not training");
    await expect.poll(held).toBe(0);
    expect(await slot(page, "shards").textContent()).toBe("1");
    expect(complaints.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
  }));

test("a GPU that is lost is said so, and training goes on from the last local checkpoint; after three losses the processor takes over", () =>
  within({}, async (context) => {
    const experiment = await experimentFor({
      ...{ experiment: await firstExperiment(), seeds: [1], variants: ["batchnorm-lr0.1"] },
      overrides: { width: 1 / 32, batchSize: 8, steps: 200 },
    });
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    const at = (provider: string) => `${origin}/donate?experiment=${experiment}&provider=${provider}`;
    // A run begins with a test of 10,000 images, which takes an emulated GPU a minute: the processor makes it, and leaves what it trained.
    await page.goto(at("wasm"));
    await press(page, "start");
    await expect.poll(() => stepOf(page), { timeout: 200_000 }).toBeGreaterThanOrEqual(10);
    await press(page, "stop");
    await titled(page, "Not training");
    expect(await slot(page, "shards").textContent()).toBe("1");

    await page.goto(at("webgpu"));
    await press(page, "start");
    await titled(page, /^Training$/);
    const from = await stepOf(page);
    expect(from).toBeGreaterThanOrEqual(10);
    await expect.poll(() => stepOf(page), { timeout: 60_000 }).toBeGreaterThan(from);
    await press(page, "pause");
    await titled(page, "Paused");
    const kept = await stepOf(page);
    await press(page, "resume");

    for (let losses = 1; losses <= 3; losses++) {
      await titled(page, /^Training$/);
      const worker = page.workers().find((one) => one.url().includes("train.worker"));
      const said = page.evaluate(hasSaid, "The device was lost");
      await worker!.evaluate(destroyAtNextBuffer);
      expect(await said).toBe(true);
      if (losses > 1) continue;
      const goesOn = notes(page).getByText(/Going on from step \d+, where this device left off/);
      await goesOn.waitFor({ timeout: 60_000 });
      expect(Number(/step (\d+)/.exec((await goesOn.textContent()) ?? "")?.[1])).toBeGreaterThanOrEqual(kept);
      expect(await slot(page, "device").textContent()).toContain("GPU (WebGPU)");
    }
    await slot(page, "device").filter({ hasText: "Processor (WebAssembly)" }).waitFor({ timeout: 60_000 });
    expect(await slot(page, "deviceReason").textContent()).toContain("the GPU was lost 3 times");
    await titled(page, /^Training$/);
    await press(page, "stop");
    await titled(page, "Not training");
    expect(complaints).toEqual([]);
  }));

/** In the page: settles when the panel's title says it. */
const hasSaid = (title: string) =>
  new Promise<boolean>((resolve) => {
    const place = document.querySelector('volunteer-panel [data-slot="title"]')!;
    const look = () => place.textContent === title && resolve(true);
    new MutationObserver(look).observe(place, { childList: true, characterData: true, subtree: true });
  });

/** In the Web Worker: its GPU device goes away, as it does when a driver restarts. */
function destroyAtNextBuffer(): void {
  const { createBuffer } = GPUDevice.prototype; // eslint-disable-line @typescript-eslint/unbound-method
  GPUDevice.prototype.createBuffer = function (descriptor) {
    GPUDevice.prototype.createBuffer = createBuffer;
    const buffer = createBuffer.call(this, descriptor);
    this.destroy();
    return buffer;
  };
}
