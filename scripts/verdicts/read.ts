import { readFileSync } from "node:fs";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION, canRead } from "../../shared/protocol/version.ts";
import { fetchJson } from "../snapshot/recompute.ts";

/**
 * The snapshot in a file, or of a running coordinator.
 * @throws Error when there is none, or it is not of this protocol
 */
export async function readSnapshot(from: { readonly file: string } | { readonly origin: string }): Promise<StudySnapshot> {
  const [where, raw] =
    "file" in from ? [from.file, read(from.file)] : [from.origin, await fetchJson(`${from.origin}/api/snapshot`)];
  const parsed = StudySnapshot.safeParse(raw);
  if (parsed.success) return parsed.data;
  const protocol = (raw as { protocol?: unknown } | null)?.protocol;
  if (typeof protocol === "number" && !canRead(protocol)) {
    throw new Error(
      `${where}: got a snapshot of protocol ${protocol}, want ${PROTOCOL_VERSION}. Take a new one: npm run snapshot.`,
    );
  }
  const [issue] = parsed.error.issues;
  throw new Error(`${where}: ${issue?.path.join(".")}: ${issue?.message}: not a snapshot of this study.`);
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file}: no snapshot to read. Take one (npm run snapshot) or name another (--snapshot FILE).`, { cause });
  }
}
