import { createFactory } from "hono/factory";
import { Calibration, CalibrationReply } from "../../shared/protocol/calibration.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { certify } from "../calibration/certificate.ts";
import { describe } from "../describe.ts";
import { keeperOf } from "../identity/homes.ts";
import { requireSession } from "../identity/require-session.ts";
import { serverSecret } from "../identity/secret.ts";
import { problemResponse } from "../problem.ts";

export const calibrate = createFactory<Api>().createHandlers(
  describe({
    operationId: "calibrate",
    summary: "Hand in what a device makes of trainings whose outcome is known",
    description:
      "Once for each kind of device (provider, adapter, runtime, platform), before its first shard: a few steps of small networks. A device that `passed` gets a certificate for its lease requests; without one each of its shards is audited. What was measured sets how much an audit allows devices of its kind.",
    tags: ["volunteer"],
    bearer: "session",
    replies: { 200: { description: "How far it is from what is known.", body: CalibrationReply } },
    refusals: {
      ...BODY_REFUSALS,
      401: "No session",
      409: "Other known answers: reload the page",
      426: "Another protocol version: reload the page",
      429: "Too many requests, or too many kinds of devices",
    },
  }),
  atMost(32 * 1024),
  jsonBody(Calibration),
  requireSession,
  async (c) => {
    const { volunteer, network } = c.var.session;
    const calibration = c.req.valid("json");
    const keeper = await keeperOf(c.env, volunteer);
    const judged = await keeper.calibrate({ volunteer, network }, calibration);
    if (!judged.ok) return problemResponse(judged.problem);
    const { verdict, words } = judged.value;
    const certified =
      verdict === "passed" ? await certify(await serverSecret(c.env), volunteer, calibration.device, Date.now()) : {};
    return c.json({ verdict, words, ...certified } satisfies CalibrationReply);
  },
);
