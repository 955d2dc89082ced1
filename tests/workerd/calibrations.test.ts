import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deviceKind } from "../../shared/audit/calibration/device-kind.ts";
import { REFERENCE } from "../../shared/audit/calibration/judge.ts";
import { KNOWN_ANSWERS } from "../../shared/audit/calibration/known.ts";
import { ENOUGH, HALF } from "../../shared/audit/calibration/tolerance.ts";
import { type Calibration, CalibrationReply, Calibrations } from "../../shared/protocol/calibration.ts";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Device } from "../../shared/protocol/lease.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { api, as, finish, lease, openExperiment, problemOf, type Somebody, somebody, stubOf } from "./api.ts";
import { device, tinyHeader } from "./tiny.ts";

const GPU: Device = { ...device, provider: "webgpu", adapter: "a vendor" };
const kind = deviceKind(GPU);

beforeEach(() => openExperiment(tinyHeader("tiny", { seeds: [1, 2, 3, 4, 5, 6, 7, 8] })));
afterEach(() => reset());

/** What a GPU hands in whose movement is `times` the known one. */
const calibration = (times: number, change: Partial<Calibration> = {}): Calibration => ({
  ...{ protocol: PROTOCOL_VERSION, device: GPU, reference: REFERENCE, seconds: 3 },
  answers: KNOWN_ANSWERS.slice(0, 2).map(({ start, projected, ...answer }) => ({
    ...answer,
    end: times === 1 ? answer.end : "1".repeat(64),
    projected: projected.map((sum, i) => start[i]! + times * (sum! - start[i]!)),
  })),
  ...change,
});
const calibrate = async (who: Somebody, body = calibration(1)): Promise<CalibrationReply> =>
  CalibrationReply.parse(await (await api("POST", "/api/calibrations", body, as(who))).json());
async function published(): Promise<Calibrations> {
  await runDurableObjectAlarm(env.STUDY.getByName("study"));
  return Calibrations.parse(await env.METRICS.get("calibrations", "json"));
}
const audits = async () => ExperimentAudits.parse(await (await api("GET", "/api/experiments/tiny/audits")).json()).audits.length;

test("a device that computes what is known gets a certificate; without its own each of its shards is audited", async () => {
  const [ada, eve] = [await somebody(), await somebody()];
  const [own, others] = [await calibrate(ada), await calibrate(eve)];
  expect([own.verdict, others.verdict]).toEqual(["passed", "passed"]);
  // As somebody who passed a hundred audits: one shard in five.
  await runInDurableObject(stubOf("tiny"), (_object, { storage: { sql } }) => {
    sql.exec("INSERT INTO audit_records VALUES (?, 100, 0)", ada.id);
  });
  const coins = vi.spyOn(Math, "random").mockReturnValue(0.5);
  const train = async (proof: { calibration?: string }, where = GPU) => {
    await finish(await lease("tiny", { volunteer: ada, device: where, ...proof }));
    return audits();
  };
  expect(await train({ calibration: own.certificate! })).toBe(0);
  expect(await train({ calibration: others.certificate! })).toBe(1);
  expect(await train({ calibration: own.certificate! }, { ...GPU, adapter: "another vendor" })).toBe(2);
  expect(await train({})).toBe(3);
  coins.mockRestore();
});

test("one that rounds coarsely gets none, and one that computes wrongly is told what was expected", async () => {
  const ada = await somebody();
  const rough = await calibrate(ada, calibration(1.01));
  expect([rough.verdict, rough.certificate]).toEqual(["rough", undefined]);
  const wrong = await calibrate(ada, calibration(-1));
  expect([wrong.verdict, wrong.certificate]).toEqual(["contradicts", undefined]);
  expect(wrong.words).toContain("vgg-11 none: movement: cosine -1");
  expect((await published()).kinds).toMatchObject([{ kind, networks: 0, passed: 0, contradicts: 1, tolerance: null }]);
  expect((await calibrate(ada)).verdict).toBe("passed");
});

test("answers to other trainings are refused with what to do", async () => {
  const body = calibration(1, { reference: "0".repeat(64) });
  const { remedy } = await problemOf(api("POST", "/api/calibrations", body, as(await somebody())), 409);
  expect(remedy).toContain("Reload the page");
  await problemOf(api("POST", "/api/calibrations", calibration(1)), 401);
});

test("thresholds of a kind follow when enough networks have calibrated it, and a liar's many keys are one network", async () => {
  const liar = await Promise.all(Array.from({ length: 12 }, () => somebody("the liar's network")));
  for (const one of liar) await calibrate(one, calibration(1 + 5e-6));
  expect((await published()).kinds).toMatchObject([{ kind, networks: 1, passed: 12, tolerance: null }]);
  for (let i = 1; i < ENOUGH; i++) await calibrate(await somebody(`network ${i}`), calibration(1));
  const [known] = (await published()).kinds;
  expect(known).toMatchObject({ networks: ENOUGH, passed: 11 + ENOUGH, tolerance: HALF.least });
  expect(await env.STUDY.getByName("study").tolerances()).toEqual({ [kind]: HALF.least });
  expect(Calibrations.parse(await (await api("GET", "/api/calibrations")).json()).kinds).toHaveLength(1);
});
