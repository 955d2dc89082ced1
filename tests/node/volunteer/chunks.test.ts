import { expect, test } from "vitest";
import { type Chunk, type Manifest, RECORD_BYTES } from "../../../shared/protocol/dataset.ts";
import { chunkLoader } from "../../../shared/volunteer/chunks.ts";
import { Failure, Refused, Unreachable } from "../../../shared/volunteer/outcomes.ts";
import { mapStore, sha256 } from "./fixtures.ts";

const images = (label: number) => new Uint8Array(2 * RECORD_BYTES).fill(label);
const server = new Map([
  ["train-0.bin", images(1)],
  ["train-1.bin", images(2)],
  ["test-0.bin", images(3)],
]);
const manifest: Manifest = {
  name: "cifar-10",
  source: { package: "a test's own", integrity: "" },
  images: { train: 4, test: 2 },
  classes: Array.from({ length: 10 }, (_, i) => `class ${i}`),
  chunks: await Promise.all(
    [...server].map(async ([file, bytes], i): Promise<Chunk> => ({
      file,
      split: file.startsWith("train") ? "train" : "test",
      first: i === 1 ? 2 : 0,
      count: 2,
      bytes: bytes.length,
      sha256: await sha256(bytes),
    })),
  ),
};

const text = (words: string) => new TextEncoder().encode(words);

function setUp(answer: (file: string, times: number) => Uint8Array, listed = () => text(JSON.stringify(manifest))) {
  const fetched: string[] = [];
  const notes: string[] = [];
  const store = mapStore();
  const load = chunkLoader({
    download: (file) => {
      if (file === "manifest.json") return Promise.resolve().then(() => listed());
      fetched.push(file);
      const times = fetched.filter((name) => name === file).length;
      return Promise.resolve().then(() => answer(file, times));
    },
    store,
    sha256,
    note: (text) => notes.push(text),
  });
  return { load, store, fetched, notes };
}

const sound = (file: string) => server.get(file)!;
const damaged = (file: string) => {
  const bytes = sound(file).slice();
  bytes[17]! ^= 1;
  return bytes;
};

test("fetches every chunk once, with progress, and then only from the store", async () => {
  const { load, store, fetched } = setUp(sound);
  const progress: number[] = [];
  const { train, test: held } = await load((done) => void progress.push(done));
  expect([train.count, held.count, train.label(0), train.label(2), held.label(0)]).toEqual([4, 2, 1, 2, 3]);
  expect(progress.at(-1)).toBe(6 * RECORD_BYTES);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(fetched).toEqual(["train-0.bin", "train-1.bin", "test-0.bin"]);
  const again = setUp(() => {
    throw new Error("not to be asked");
  });
  for (const [name, bytes] of store.map) again.store.map.set(name, bytes);
  expect((await again.load(() => undefined)).train.label(2)).toBe(2);
});

test("a chunk that arrives damaged is refused and fetched again, with words", async () => {
  const { load, store, fetched, notes } = setUp((file, times) =>
    file === "train-1.bin" && times === 1 ? damaged(file) : sound(file),
  );
  expect((await load(() => undefined)).train.label(2)).toBe(2);
  expect(fetched.filter((file) => file === "train-1.bin")).toHaveLength(2);
  expect(notes).toEqual(["train-1.bin arrived damaged: it was refused and is fetched again."]);
  expect(store.map.get("train-1.bin")).toEqual(sound("train-1.bin"));
});

test("a kept chunk that was damaged is deleted and fetched again, with words", async () => {
  const { load, store, notes } = setUp(sound);
  store.map.set("test-0.bin", damaged("test-0.bin"));
  expect((await load(() => undefined)).test.label(0)).toBe(3);
  expect(notes).toEqual(["The kept copy of test-0.bin was damaged: it was deleted and is fetched again."]);
  expect(store.map.get("test-0.bin")).toEqual(sound("test-0.bin"));
});

test("a chunk that is damaged every time is a failure with a remedy, and never kept", async () => {
  const { load, store, fetched } = setUp((file) => (file === "train-0.bin" ? damaged(file) : sound(file)));
  await expect(load(() => undefined)).rejects.toThrow(Failure);
  expect(fetched).toHaveLength(3);
  expect(store.map.size).toBe(0);
});

test("after a lost network it goes on where it was", async () => {
  const { load, store, fetched } = setUp((file, times) => {
    if (file === "test-0.bin" && times === 1) throw new Unreachable("The network is gone.");
    return sound(file);
  });
  store.put = () => Promise.reject(new Error("storage is full"));
  await expect(load(() => undefined)).rejects.toThrow(Unreachable);
  expect((await load(() => undefined)).test.count).toBe(2);
  expect(fetched).toEqual(["train-0.bin", "train-1.bin", "test-0.bin", "test-0.bin"]);
});

const gone = (): never => {
  throw new Refused({ title: "Error", status: 404, detail: "https://study.example/data/cifar10/x answered 404." });
};

test.each([
  ["missing", gone, /^The server does not have the data set's manifest\.json \(it answered 404\)\.$/],
  ["a page", () => text("<!doctype html><title>Not found</title>"), /manifest\.json\) cannot be read/],
  ["of another version", () => text(JSON.stringify({ ...manifest, name: "cifar-100" })), /manifest\.json\) cannot be read/],
])("a manifest that is %s is a failure in words, with a remedy", async (_what, listed, words) => {
  const failure: unknown = await setUp(sound, listed)
    .load(() => undefined)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  expect((failure as Failure).message).toMatch(words);
  expect((failure as Failure).remedy).toContain("npm run build");
});

test("a chunk that the server does not have is a failure that names it, at the first try", async () => {
  const { load, fetched } = setUp((file) => (file === "train-1.bin" ? gone() : sound(file)));
  await expect(load(() => undefined)).rejects.toThrow("does not have the data set's train-1.bin (it answered 404)");
  expect(fetched).toEqual(["train-0.bin", "train-1.bin"]);
});
