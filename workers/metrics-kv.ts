import type { ExperimentSnapshot } from "../shared/protocol/snapshot.ts";
import { StudyIndex } from "../shared/protocol/study-index.ts";
import { PROTOCOL_VERSION } from "../shared/protocol/version.ts";
import { canonicalJson } from "../shared/math/json.ts";

/**
 * What pages read. Each key has one writer (an experiment's coordinator, or the study's object for the index) that writes whole values, so
 * there is nothing to read before writing and the last write is the newest.
 */
const INDEX = "study";
const snapshotKey = (experiment: string) => `metrics:${experiment}`;
/** Seconds that a location may answer from its own cache: the least that KV allows. */
const cacheTtl = 30;

export async function writeIndex(kv: KVNamespace, index: StudyIndex): Promise<void> {
  await kv.put(INDEX, canonicalJson(index));
}

/** The index, or null when there is none yet (or one from before its shape changed). */
export async function readIndex(kv: KVNamespace): Promise<StudyIndex | null> {
  const parsed = StudyIndex.safeParse(await kv.get(INDEX, { type: "json", cacheTtl }));
  return parsed.success ? parsed.data : null;
}

export async function writeSnapshot(kv: KVNamespace, snapshot: ExperimentSnapshot): Promise<void> {
  await kv.put(snapshotKey(snapshot.experiment.id), canonicalJson(snapshot));
}

/** An experiment's snapshot as JSON text, or null. */
export const readSnapshot = (kv: KVNamespace, experiment: string): Promise<string | null> =>
  kv.get(snapshotKey(experiment), { type: "text", cacheTtl });

/** The study's snapshot as JSON text, put together from the experiments' without parsing them. */
export async function readStudySnapshot(kv: KVNamespace, { own, reruns }: StudyIndex, takenAt: string): Promise<string> {
  const keys = [...own, ...reruns].map(snapshotKey);
  const values: string[] = [];
  // One read takes at most 100 keys.
  for (let i = 0; i < keys.length; i += 100) {
    const found = await kv.get(keys.slice(i, i + 100), { type: "text", cacheTtl });
    for (const value of keys.slice(i, i + 100).map((key) => found.get(key))) if (value) values.push(value);
  }
  return `{"protocol":${PROTOCOL_VERSION},"takenAt":${JSON.stringify(takenAt)},"experiments":[${values.join(",")}]}`;
}
