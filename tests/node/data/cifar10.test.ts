import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { Manifest, RECORD_BYTES } from "../../../shared/protocol/dataset.ts";
import { CHANNEL_DEVIATION, CHANNEL_MEAN, emptyBatch, Split } from "../../../shared/volunteer/dataset.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../site/public/data/cifar10");
let manifest: Manifest;
let train: Split;
let held: Split;

beforeAll(() => {
  manifest = Manifest.parse(JSON.parse(readFileSync(path.join(FOLDER, "manifest.json"), "utf8")));
  const split = (name: string) =>
    new Split(manifest.chunks.filter((chunk) => chunk.split === name).map(({ file }) => readFileSync(path.join(FOLDER, file))));
  train = split("train");
  held = split("test");
});

test("every chunk is what the manifest says, and fits a static host", () => {
  for (const { file, bytes, count, sha256 } of manifest.chunks) {
    const content = readFileSync(path.join(FOLDER, file));
    expect(content.length).toBe(bytes);
    expect(bytes).toBe(count * RECORD_BYTES);
    expect(bytes).toBeLessThan(24 * 2 ** 20);
    expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
  }
});

test("there are 5,000 training and 1,000 test images of each class", () => {
  const perClass = (split: Split) => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let image = 0; image < split.count; image++) counts[split.label(image)]!++;
    return counts;
  };
  expect(perClass(train)).toEqual(Array.from({ length: 10 }, () => 5000));
  expect(perClass(held)).toEqual(Array.from({ length: 10 }, () => 1000));
});

test("images come in CIFAR-10's own order: the first is a frog, its corner 59, 62, 63", () => {
  const pixels = train.pixels(0);
  expect([manifest.classes[train.label(0)], pixels[0], pixels[1024], pixels[2048]]).toEqual(["frog", 59, 62, 63]);
  expect(Array.from({ length: 10 }, (_, i) => held.label(i))).toEqual([3, 8, 8, 0, 6, 6, 1, 6, 3, 1]);
});

test("the channels have CIFAR-10's means and deviations", () => {
  for (let channel = 0; channel < 3; channel++) {
    const counts = new Float64Array(256);
    for (let image = 0; image < train.count; image++) {
      for (const byte of train.pixels(image).subarray(channel * 1024, (channel + 1) * 1024)) counts[byte]!++;
    }
    const n = train.count * 1024;
    const mean = counts.reduce((sum, count, byte) => sum + (count * byte) / 255, 0) / n;
    const variance = counts.reduce((sum, count, byte) => sum + count * (byte / 255 - mean) ** 2, 0) / n;
    expect(mean).toBeCloseTo(CHANNEL_MEAN[channel]!, 4);
    expect(Math.sqrt(variance)).toBeCloseTo(CHANNEL_DEVIATION[channel]!, 4);
  }
});

test("a batch is normalized, and padded with label -1", () => {
  const batch = emptyBatch(3);
  batch.images.fill(7);
  train.fill(batch, [0, 49_999]);
  expect([...batch.labels]).toEqual([6, train.label(49_999), -1]);
  expect(batch.images[0]).toBe(Math.fround((59 / 255 - 0.4914) / 0.247));
  expect(batch.images.subarray(2 * 3072).every((value) => value === 0)).toBe(true);
  expect(() => train.fill(batch, [50_000])).toThrow("got 50000, want 0 to 49999");
});
