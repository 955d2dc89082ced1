import { HALF } from "../shared/audit/calibration/tolerance.ts";
import type { Calibrations } from "../shared/protocol/calibration.ts";
import type { ExperimentSnapshot } from "../shared/protocol/snapshot.ts";
import { LeaseHint } from "../shared/protocol/lease-hint.ts";
import type { Verdicts } from "../shared/protocol/verdicts.ts";
import type { Volunteers } from "../shared/protocol/session.ts";
import { StudyIndex } from "../shared/protocol/study-index.ts";
import type { StudyVersions } from "../shared/protocol/versions.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";
import { fromStorage } from "./storage-failure.ts";

/**
 * What pages read. Each key has one writer (an experiment's coordinator, or the study's object for the index, verdicts and the next runs) that writes whole values, so
 * there is nothing to read before writing and the last write is the newest.
 */
const INDEX = "study";
const HINT = "next";
const VOLUNTEERS = "volunteers";
const CALIBRATIONS = "calibrations";
const snapshotKey = (experiment: string) => `metrics:${experiment}`;
/** @param rerun its own family's; null: the study's own */
const verdictsKey = (rerun: string | null) => (rerun === null ? "verdicts" : `verdicts:${rerun}`);
/** Seconds that a location may answer from its own cache: the least that KV allows. */
const cacheTtl = 30;

export async function writeIndex(kv: KVNamespace, index: StudyIndex): Promise<void> {
  await kv.put(INDEX, canonicalJson(index));
}

/** What the objects know as well: while KV does not answer, they are asked, and training goes on. */
const known = (value: Promise<unknown>): Promise<unknown> => value.catch(() => null);

/** The index, or null when there is none yet (or one from before its shape changed). */
export async function readIndex(kv: KVNamespace): Promise<StudyIndex | null> {
  const parsed = StudyIndex.safeParse(await known(kv.get(INDEX, { type: "json", cacheTtl })));
  return parsed.success ? parsed.data : null;
}

/** Which runs claims wait for, or null when nobody has said so yet (or in an older shape): then leases go by the plans' order. */
export async function readHint(kv: KVNamespace): Promise<LeaseHint | null> {
  const parsed = LeaseHint.safeParse(await known(kv.get(HINT, { type: "json", cacheTtl })));
  return parsed.success ? parsed.data : null;
}

export async function writeHint(kv: KVNamespace, hint: LeaseHint): Promise<void> {
  await kv.put(HINT, canonicalJson(hint));
}

/** JSON text, or null before anything was judged. */
export const readVerdicts = (kv: KVNamespace, rerun: string | null): Promise<string | null> =>
  fromStorage("KV", () => kv.get(verdictsKey(rerun), { type: "text", cacheTtl }));

export async function writeVerdicts(kv: KVNamespace, rerun: string | null, verdicts: Verdicts): Promise<void> {
  await kv.put(verdictsKey(rerun), canonicalJson(verdicts));
}

export async function writeVolunteers(kv: KVNamespace, volunteers: Volunteers): Promise<void> {
  const text = canonicalJson(volunteers);
  await kv.put(VOLUNTEERS, text, { metadata: { version: sha256Hex(text).slice(0, 16) } });
}

/** Changes when the volunteers do. */
export async function readVolunteersVersion(kv: KVNamespace): Promise<string | null> {
  const { value, metadata } = await fromStorage("KV", () =>
    kv.getWithMetadata<{ version: string }>(VOLUNTEERS, { type: "stream", cacheTtl }),
  );
  await value?.cancel();
  return metadata?.version ?? null;
}

/** As JSON text; nobody before the first publication. */
export async function readVolunteers(kv: KVNamespace): Promise<string> {
  return (
    (await fromStorage("KV", () => kv.get(VOLUNTEERS, { type: "text", cacheTtl }))) ??
    JSON.stringify({ names: {}, list: [] } satisfies Volunteers)
  );
}

export async function writeCalibrations(kv: KVNamespace, calibrations: Calibrations): Promise<void> {
  await kv.put(CALIBRATIONS, canonicalJson(calibrations));
}

/** As JSON text; no kinds before the first publication. */
export async function readCalibrations(kv: KVNamespace): Promise<string> {
  const none: Calibrations = { kinds: [], default: HALF.default };
  return (await kv.get(CALIBRATIONS, { type: "text", cacheTtl })) ?? JSON.stringify(none);
}

export async function writeSnapshot(kv: KVNamespace, snapshot: ExperimentSnapshot): Promise<void> {
  const { version, publishedAt } = snapshot;
  await kv.put(snapshotKey(snapshot.experiment.id), canonicalJson(snapshot), { metadata: { version, publishedAt } });
}

/** How new an experiment's snapshot is, from what lies beside it: the snapshot is not read, unless it is from before that was kept. Null: there is none. */
export async function readVersion(kv: KVNamespace, experiment: string): Promise<StudyVersions["experiments"][number] | null> {
  const options = { type: "stream", cacheTtl } as const;
  const { value, metadata } = await fromStorage("KV", () =>
    kv.getWithMetadata<{ version: number; publishedAt: string }>(snapshotKey(experiment), options),
  );
  if (!value) return null;
  if (metadata) {
    await value.cancel();
    return { id: experiment, ...metadata };
  }
  const { version, publishedAt } = await new Response(value).json<ExperimentSnapshot>();
  return { id: experiment, version, publishedAt };
}

/** An experiment's snapshot as JSON text, or null. */
export const readSnapshot = (kv: KVNamespace, experiment: string): Promise<string | null> =>
  fromStorage("KV", () => kv.get(snapshotKey(experiment), { type: "text", cacheTtl }));

/**
 * The study's snapshot as JSON text, put together from the experiments' without parsing them or holding more than one in memory: with many
 * seeds they are tens of megabytes.
 */
export function readStudySnapshot(kv: KVNamespace, { own, reruns }: StudyIndex, takenAt: string): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writing = async () => {
    await write(writable, `{"protocol":${PROTOCOL_VERSION},"takenAt":${JSON.stringify(takenAt)},"experiments":[`);
    let separator = "";
    for (const key of [...own, ...reruns].map(snapshotKey)) {
      const value = await kv.get(key, { type: "stream", cacheTtl });
      if (value === null) continue;
      await write(writable, separator);
      await value.pipeTo(writable, { preventClose: true });
      separator = ",";
    }
    const { names } = JSON.parse(await readVolunteers(kv)) as Volunteers;
    await write(writable, `],"names":${canonicalJson(names)}}`);
    await writable.close();
  };
  // Whoever reads sees the failure as an answer that breaks off; nobody takes half a snapshot for a whole one.
  writing().catch((error: unknown) => writable.abort(error).catch(() => undefined));
  return readable;
}

async function write(writable: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}
