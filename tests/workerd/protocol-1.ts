import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** What a coordinator and the study's object had stored when the protocol was 1: the tables and rows, as that deployment wrote them. */

export const OLD = "training-pilot-e4e08b9c";
export const OLD_RERUN = `${OLD}-rerun-1`;

const COORDINATOR = `
  CREATE TABLE experiment (header TEXT NOT NULL, version INTEGER NOT NULL, changes INTEGER NOT NULL, published_changes INTEGER NOT NULL,
    begun_at INTEGER NOT NULL, training_now INTEGER NOT NULL, alarm_at INTEGER);
  CREATE TABLE runs (variant TEXT NOT NULL, seed INTEGER NOT NULL, shards INTEGER NOT NULL, checkpoint TEXT, diverged_at INTEGER,
    PRIMARY KEY (variant, seed)) WITHOUT ROWID;
  CREATE TABLE leases (id TEXT PRIMARY KEY, shard TEXT NOT NULL, variant TEXT NOT NULL, seed INTEGER NOT NULL, shard_index INTEGER NOT NULL,
    volunteer TEXT NOT NULL, alias TEXT, device TEXT NOT NULL, leased_at INTEGER NOT NULL, deadline INTEGER NOT NULL,
    returned_at INTEGER, result_sha256 TEXT, uploads INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX leases_open ON leases (deadline) WHERE returned_at IS NULL AND result_sha256 IS NULL;
  CREATE TABLE results (shard TEXT PRIMARY KEY, volunteer TEXT NOT NULL, steps INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
  CREATE INDEX results_volunteer ON results (volunteer, steps);
  CREATE TABLE models (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
`;
const STUDY = `
  CREATE TABLE IF NOT EXISTS reruns (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent TEXT NOT NULL, header TEXT NOT NULL,
    reply TEXT NOT NULL, opened INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS idempotency_keys (key TEXT PRIMARY KEY, body_sha256 TEXT NOT NULL, rerun TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS published (study_sha256 TEXT NOT NULL, reruns INTEGER NOT NULL);
`;

const plan = `{"profile":"pilot","about":"VGG-16 at an eighth of the channels.","variants":[{"id":"batchnorm-lr0.1","label":"Standard + BatchNorm, learning rate 0.1","normalization":"batch","learningRate":0.1}],"seeds":[1],"shardSteps":200,"spec":{"dataset":"cifar-10","network":{"family":"vgg","depth":16,"width":0.125,"head":"linear"},"weightDecay":0.0005,"batchSize":128,"steps":400,"recordEvery":200,"evaluateEvery":200}}`;
const header = (id: string, parent: string | null) =>
  `{"id":"${id}","title":"Training with and without BatchNorm","question":"Does BatchNorm train faster?","figures":["1a","1b"],"parent":${JSON.stringify(parent)},"reason":null,"plan":${plan}}`;
const result = (id: string) =>
  `{"divergedAt":null,"evaluation":{"accuracy":[0.1,0.25],"loss":[2.3,2.0000000000000004],"step":[0,200]},"provenance":{"acceptedAt":"2026-11-21T10:00:00.000Z","device":{"adapter":null,"platform":"Node","provider":"cpu","runtime":"onnxruntime-node 1.30.0","threads":2},"endCheckpoint":"${"e".repeat(64)}","evaluateMs":10,"fromStep":0,"modelSha256":"${"a".repeat(64)}","shard":"${id}.batchnorm-lr0.1.s1.k0","startCheckpoint":null,"toStep":200,"trainMs":20,"volunteer":"Ada"},"seed":1,"training":{"accuracy":[0.0703125],"loss":[2.5],"step":[0]},"variant":"batchnorm-lr0.1"}`;

/** Puts the stores there, as if that deployment had run here: one experiment and one rerun of it, a shard of each handed in. */
export async function storeProtocol1(): Promise<void> {
  for (const [id, parent] of [[OLD, null] as const, [OLD_RERUN, OLD] as const]) {
    await runInDurableObject(env.COORDINATOR.getByName(id), async (_instance, { storage }) => {
      const { sql } = storage;
      await storage.deleteAll();
      sql.exec(COORDINATOR);
      sql.exec("INSERT INTO experiment VALUES (?, 3, 4, 4, 0, 0, NULL)", header(id, parent));
      sql.exec("INSERT INTO runs VALUES ('batchnorm-lr0.1', 1, 1, ?, NULL)", "e".repeat(64));
      sql.exec("INSERT INTO results VALUES (?, 'v', 200, ?)", `${id}.batchnorm-lr0.1.s1.k0`, result(id));
    });
  }
  await runInDurableObject(env.STUDY.getByName("study"), async (_instance, { storage }) => {
    await storage.deleteAll();
    storage.sql.exec(STUDY);
    const reply = { id: OLD_RERUN, parent: OLD, createdAt: "2026-11-21T09:00:00.000Z", url: "/rerun", api: "/api" };
    const text = `${JSON.stringify(reply).slice(0, -1)},"plan":${plan}}`;
    storage.sql.exec("INSERT INTO reruns VALUES (1, ?, ?, ?, ?, 1)", OLD_RERUN, OLD, header(OLD_RERUN, OLD), text);
    storage.sql.exec("INSERT INTO published VALUES ('0', 1)");
  });
}
