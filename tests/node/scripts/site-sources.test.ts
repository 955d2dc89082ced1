import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { siteSources } from "../../../scripts/build/site-sources.ts";

let root: string;
const put = (name: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "sources-"));
  put("site/src/pages/index.mdx", "Hello");
  put("shared/math.ts", "1");
  put("package-lock.json", "{}");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("the same files are the same; a change, a new name and a lost file are not", () => {
  const before = siteSources(root);
  expect(siteSources(root)).toBe(before);
  put("shared/math.ts", "2");
  const changed = siteSources(root);
  put("shared/math.ts", "1");
  put("docs/drift.md", "");
  const added = siteSources(root);
  rmSync(path.join(root, "docs"), { recursive: true });
  expect(siteSources(root)).toBe(before);
  rmSync(path.join(root, "site/src/pages/index.mdx"));
  put("site/src/pages/other.mdx", "Hello");
  expect(new Set([before, changed, added, siteSources(root)]).size).toBe(4);
});

test("what is not a source changes nothing; another snapshot does", () => {
  const before = siteSources(root);
  put("site/node_modules/x.js", "x");
  put("workers/index.ts", "x");
  expect(siteSources(root)).toBe(before);
  put("one.json", "{}");
  expect(siteSources(root, path.join(root, "one.json"))).not.toBe(before);
});
