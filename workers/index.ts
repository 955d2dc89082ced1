import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { type Api, writeLimit } from "./admission.ts";
import { observe } from "./observe.ts";
import { openApi } from "./openapi.ts";
import { noSuchEndpoint, unexpected } from "./last-resort.ts";
import { askRerun } from "./routes/ask-rerun.ts";
import { commit } from "./routes/commit.ts";
import { experimentAudits } from "./routes/experiment-audits.ts";
import { calibrate } from "./routes/calibrate.ts";
import { challenge } from "./routes/challenge.ts";
import { check } from "./routes/check.ts";
import { changeMe } from "./routes/change-me.ts";
import { experimentSnapshot } from "./routes/experiment-snapshot.ts";
import { getCheckpoint } from "./routes/get-checkpoint.ts";
import { giveBack } from "./routes/give-back.ts";
import { handIn } from "./routes/hand-in.ts";
import { health } from "./routes/health.ts";
import { heartbeat } from "./routes/heartbeat.ts";
import { keepPart } from "./routes/keep-part.ts";
import { lease } from "./routes/lease.ts";
import { leaseAudit } from "./routes/lease-audit.ts";
import { listCalibrations } from "./routes/list-calibrations.ts";
import { listReruns } from "./routes/list-reruns.ts";
import { listVolunteers } from "./routes/list-volunteers.ts";
import { openSession } from "./routes/open-session.ts";
import { operatorCheckpoint } from "./routes/operator-checkpoint.ts";
import { operatorExport } from "./routes/operator-export.ts";
import { operatorPause, operatorResume } from "./routes/operator-pause.ts";
import { operatorRestoreEnd } from "./routes/operator-restore-end.ts";
import { operatorRestore } from "./routes/operator-restore.ts";
import { operatorVoid } from "./routes/operator-void.ts";
import { operatorStatus } from "./routes/operator-status.ts";
import { putCheckpoint } from "./routes/put-checkpoint.ts";
import { readLog } from "./routes/read-log.ts";
import { readMe } from "./routes/read-me.ts";
import { readRerun } from "./routes/read-rerun.ts";
import { results } from "./routes/results.ts";
import { socket } from "./routes/socket.ts";
import { studySnapshot } from "./routes/study-snapshot.ts";
import { rerunVerdicts, studyVerdicts } from "./routes/verdicts.ts";
import { versions } from "./routes/versions.ts";

export { CoordinatorObject } from "./coordinator-object.ts";
export { SocketObject } from "./socket/socket-object.ts";
export { StudyObject } from "./study-object.ts";
export { VolunteersObject } from "./volunteers-object.ts";

/** The whole API. Everything else is a static file of the site. */
export const app = new Hono<Api>();

// Before what sets headers: the answer to an upgrade must pass as it is, and the page of the check has headers of its own.
app.get("/api/socket", ...socket);
app.get("/api/check", ...check);

app.use(
  secureHeaders({ crossOriginEmbedderPolicy: "require-corp", crossOriginOpenerPolicy: "same-origin", xFrameOptions: "DENY" }),
);
app.use(cors({ origin: "*", allowMethods: ["GET"] }));
app.use(observe);
app.use(writeLimit);
app.use(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});

app.get("/api/health", ...health);

app.get("/api/challenge", ...challenge);
app.post("/api/sessions", ...openSession);
app.get("/api/me", ...readMe);
app.put("/api/me", ...changeMe);

app.post("/api/calibrations", ...calibrate);
app.get("/api/calibrations", ...listCalibrations);
app.post("/api/leases", ...lease);
app.post("/api/leases/:id/heartbeat", ...heartbeat);
app.post("/api/leases/:id/commits", ...commit);
app.post("/api/leases/:id/part", ...keepPart);
app.post("/api/leases/:id/result", ...handIn);
app.post("/api/leases/:id/return", ...giveBack);
app.put("/api/checkpoints/:sha256", ...putCheckpoint);
app.get("/api/checkpoints/:sha256", ...getCheckpoint);

app.get("/api/snapshot", ...studySnapshot);
app.get("/api/snapshot/:experiment", ...experimentSnapshot);
app.get("/api/verdicts", ...studyVerdicts);
app.get("/api/verdicts/:experiment", ...rerunVerdicts);
app.get("/api/versions", ...versions);
app.get("/api/volunteers", ...listVolunteers);
app.get("/api/experiments/:experiment/results", ...results);
app.get("/api/experiments/:experiment/audits", ...experimentAudits);
app.post("/api/audits/leases", ...leaseAudit);

app.get("/api/log", ...readLog);

app.post("/api/reruns", ...askRerun);
app.get("/api/reruns", ...listReruns);
app.get("/api/reruns/:id", ...readRerun);

app.get("/api/operator/status", ...operatorStatus);
app.post("/api/operator/pause", ...operatorPause);
app.post("/api/operator/resume", ...operatorResume);
app.post("/api/operator/void", ...operatorVoid);
app.get("/api/operator/export", ...operatorExport);
app.post("/api/operator/restore", ...operatorRestore);
app.post("/api/operator/restore/end", ...operatorRestoreEnd);
app.put("/api/operator/checkpoints/:sha256", ...operatorCheckpoint);

app.get("/api/openapi.json", openApi(app));
app.all("/api/*", noSuchEndpoint);
app.onError(unexpected);

export default app;
