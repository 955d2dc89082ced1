import { reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { type LogEntry, LogPage } from "../../shared/protocol/action-log.ts";
import { chainFault, nextEntry } from "../../workers/action-log/chain.ts";
import { ownHeaders, study } from "../../workers/study.ts";
import { TOKEN, api, problemOf } from "./api.ts";

afterEach(() => reset());

const page = async (query = "") => LogPage.parse(await (await api("GET", `/api/log${query}`)).json());

test("anyone can read what was opened and rerun, in order and chained", async () => {
  expect(await page()).toEqual({ entries: [], next: null });
  const experiment = ownHeaders("pilot")[0]!.id;
  await api("POST", "/api/reruns", { experiment, seeds: [9], reason: "again" }, { authorization: `Bearer ${TOKEN}` });
  await api("GET", "/api/snapshot");
  const { entries } = await page();
  expect(entries.map(({ n }) => n)).toEqual(entries.map((_, i) => i + 1));
  expect(entries.filter(({ kind }) => kind === "opened").map(({ fields }) => fields.experiment)).toEqual(
    ownHeaders("pilot").map(({ id }) => id),
  );
  expect(entries.find(({ kind }) => kind === "rerun")?.fields).toEqual({
    experiment: `${experiment}-rerun-1`,
    parent: experiment,
    reason: "again",
  });
  expect(chainFault(entries)).toBeNull();
});

test("comes in pages, each of which continues the chain", async () => {
  await runInDurableObject(study(env), (instance) => {
    for (let i = 0; i < 250; i++) instance.log({ kind: "paused", fields: { i } });
  });
  const first = await page();
  expect([first.entries.length, first.next]).toEqual([200, 200]);
  const second = await page(`?after=${first.next}`);
  expect([second.entries.length, second.next]).toEqual([50, null]);
  expect(chainFault(second.entries, first.entries.at(-1))).toBeNull();
  await problemOf(api("GET", "/api/log?after=-1"), 400);
});

test("an entry that is changed, dropped or slipped in shows, and where", () => {
  const entries: LogEntry[] = [];
  for (const reason of ["a", "b", "c"]) {
    const action = { kind: "paused", fields: { reason } } as const;
    entries.push(nextEntry(entries.at(-1) ?? { n: 0, sha256: "0".repeat(64) }, action, 0));
  }
  const [first, second, third] = entries as [LogEntry, LogEntry, LogEntry];
  expect(chainFault(entries)).toBeNull();
  expect(chainFault([first, { ...second, fields: { reason: "x" } }, third])).toMatch(/^log entry 2: sha256: got .*, want /);
  expect(chainFault([first, third])).toBe("log entry 3: got it after entry 1, want entry 2");
  const forged = nextEntry(first, { kind: "paused", fields: { reason: "x" } }, 0);
  expect(chainFault([first, forged, third])).toMatch(/^log entry 3: previous: got .*, want .*, the hash of entry 2$/);
});
