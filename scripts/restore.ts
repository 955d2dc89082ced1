import { parseArgs } from "node:util";
import { readBundle } from "./bundle/lines.ts";
import { ask, operatorApi, type OperatorApi } from "./bundle/operator-api.ts";
import { verifyBundle } from "./bundle/verify.ts";

const USAGE = `npm run restore -- FILE --url http://127.0.0.1:8787
  Verifies a bundle (npm run verify) and puts it into an empty coordinator of the release that wrote it: results, leases, the action log, reruns, pauses, and the
  checkpoints from which runs go on. One that broke off may be begun again. The operator's token comes from OPERATOR_TOKEN, or from .dev.vars.`;

/** Characters of lines in one request. */
const BATCH = 8_000_000;
/** Entries of the log in one request. */
const LOG_BATCH = 200;

try {
  const { positionals, values } = parseArgs({
    options: { url: { type: "string" }, help: { type: "boolean" } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (values.help) console.log(USAGE);
  else {
    if (file === undefined || positionals.length > 1) throw new Error(`got ${positionals.length} files, want one bundle`);
    const api = operatorApi(values.url);
    const verified = await verifyBundle(file);
    const sent = await restore(api, file);
    const end = JSON.stringify({ bundle: verified.sha256, lines: sent });
    await ask(api, "POST", "/api/operator/restore/end", end);
    const results = verified.experiments.reduce((sum, experiment) => sum + experiment.results, 0);
    console.log(
      `Restored ${file}: ${results} results of ${verified.experiments.length} experiments, ${verified.checkpoints} checkpoints.`,
    );
    for (const run of verified.missing) console.log(`Note: the bundle has no checkpoint of ${run}; that run cannot go on here.`);
  }
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}

/** Sends the lines in order. @returns how many */
async function restore(api: OperatorApi, file: string): Promise<number> {
  let batch: string[] = [];
  let size = 0;
  let sent = 0;
  const send = async () => {
    if (batch.length === 0) return;
    await ask(api, "POST", "/api/operator/restore", `${batch.join("\n")}\n`, "application/jsonl");
    sent += batch.length;
    batch = [];
    size = 0;
  };
  for await (const { line, text } of readBundle(file)) {
    if (line.line === "checkpoint") {
      const bytes = Buffer.from(line.base64, "base64");
      await ask(api, "PUT", `/api/operator/checkpoints/${line.sha256}`, bytes, "application/octet-stream");
    }
    if (line.line !== "log" && line.line !== "study" && line.line !== "experiment" && line.line !== "row") continue;
    if (size + text.length > BATCH || (line.line === "log" && batch.length >= LOG_BATCH)) await send();
    batch.push(text);
    size += text.length;
  }
  await send();
  return sent;
}
