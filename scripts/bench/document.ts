import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { percent } from "./table.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/**
 * Puts a section into a document of the project, between its two marks; a section that is not there yet goes to the end. The other sections
 * stay as they are, so that each can be measured by itself.
 */
export async function putSection(file: `docs/${string}.md` | "README.md", name: string, text: string): Promise<void> {
  const at = path.join(ROOT, file);
  const before = existsSync(at) ? await readFile(at, "utf8") : "";
  const after = await format(withSection(before, name, text), { ...(await resolveConfig(at)), parser: "markdown" });
  await writeFile(at, after);
}

/** The text with the section `name` replaced or, where it has none, added. */
export function withSection(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- end of ${name} -->`];
  const section = `${begin}\n\n${body.trim()}\n\n${end}`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 && to < 0) return `${text.trimEnd()}\n\n${section}\n`.trimStart();
  if (from < 0 || to < from) throw new Error(`bench: section ${name}: got one of its marks, want ${begin} and then ${end}`);
  return text.slice(0, from) + section + text.slice(to + end.length);
}

/** When and where a section was measured. @param busy share of the processors that others used; absent: it was not looked at */
export function measuredOn(command: string, busy?: number): string {
  const machine = `${os.cpus()[0]!.model.trim()}, ${os.availableParallelism()} processors, Node ${process.versions.node}`;
  return `\`${command}\`, ${new Date().toISOString().slice(0, 10)}, on ${machine}${busy === undefined ? "" : `; others used ${percent(busy)} of the processors`}.`;
}
