import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { parseArgs } from "node:util";
import { BundleLine } from "../shared/protocol/bundle.ts";
import type { ExperimentSnapshot } from "../shared/protocol/snapshot.ts";
import { BundleWriter } from "./bundle/lines.ts";
import { ask, operatorApi, type OperatorApi } from "./bundle/operator-api.ts";
import { verdictsLine } from "./bundle/verdicts.ts";
import { goingOn } from "./bundle/verify.ts";

const USAGE = `npm run export -- --url http://127.0.0.1:8787 [--out FILE]
  Writes everything that a coordinator keeps into one file of JSON lines: results with their chains and signatures, leases, the action log, snapshots,
  verdicts, and the checkpoints from which runs go on. The operator's token comes from OPERATOR_TOKEN in the environment, or from .dev.vars.
  Pause the study first for a copy of one moment. npm run verify -- FILE checks it, npm run restore -- FILE --url URL puts it back.`;

try {
  const { values } = parseArgs({ options: { url: { type: "string" }, out: { type: "string" }, help: { type: "boolean" } } });
  if (values.help) console.log(USAGE);
  else {
    const file = values.out ?? `bundle-${new Date().toISOString().slice(0, 16).replaceAll(":", "")}.jsonl`;
    const { lines, sha256, experiments, checkpoints } = await exportTo(operatorApi(values.url), file);
    console.log(`Wrote ${file}: ${experiments} experiments, ${checkpoints} checkpoints, ${lines} lines, SHA-256 ${sha256}.`);
  }
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}

async function exportTo(api: OperatorApi, file: string) {
  const writer = new BundleWriter(file);
  const snapshots: ExperimentSnapshot[] = [];
  const checkpoints = new Set<string>();
  let takenAt = "";
  const { body } = await ask(api, "GET", "/api/operator/export");
  if (!body) throw new Error(`${api.origin}: got an empty answer, want lines`);
  for await (const text of createInterface({ input: Readable.fromWeb(body as ReadableStream<Uint8Array>) })) {
    await writer.write(text);
    if (!/^\{"line":"(bundle|experiment)"/.test(text)) continue;
    const line = BundleLine.parse(JSON.parse(text));
    if (line.line === "bundle") takenAt = line.at;
    if (line.line !== "experiment") continue;
    snapshots.push(line.snapshot);
    for (const [sha256] of goingOn(line)) checkpoints.add(sha256);
  }
  await writer.write(JSON.stringify(verdictsLine(snapshots, takenAt)));
  for (const sha256 of checkpoints) {
    const bytes = Buffer.from(await (await ask(api, "GET", `/api/checkpoints/${sha256}`)).arrayBuffer());
    await writer.write(JSON.stringify({ line: "checkpoint", sha256, base64: bytes.toString("base64") } satisfies BundleLine));
  }
  return { ...(await writer.end()), experiments: snapshots.length, checkpoints: checkpoints.size };
}
