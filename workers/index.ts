import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { type Api, writeLimit } from "./admission.ts";
import { openApi } from "./openapi.ts";
import { noSuchEndpoint, unexpected } from "./last-resort.ts";
import { askRerun } from "./routes/ask-rerun.ts";
import { experimentSnapshot } from "./routes/experiment-snapshot.ts";
import { getCheckpoint } from "./routes/get-checkpoint.ts";
import { giveBack } from "./routes/give-back.ts";
import { handIn } from "./routes/hand-in.ts";
import { health } from "./routes/health.ts";
import { heartbeat } from "./routes/heartbeat.ts";
import { lease } from "./routes/lease.ts";
import { listReruns } from "./routes/list-reruns.ts";
import { operatorCheckpoint } from "./routes/operator-checkpoint.ts";
import { operatorExport } from "./routes/operator-export.ts";
import { operatorPause } from "./routes/operator-pause.ts";
import { operatorRestoreEnd } from "./routes/operator-restore-end.ts";
import { operatorRestore } from "./routes/operator-restore.ts";
import { operatorResume } from "./routes/operator-resume.ts";
import { operatorStatus } from "./routes/operator-status.ts";
import { putCheckpoint } from "./routes/put-checkpoint.ts";
import { readLog } from "./routes/read-log.ts";
import { readRerun } from "./routes/read-rerun.ts";
import { results } from "./routes/results.ts";
import { studySnapshot } from "./routes/study-snapshot.ts";
import { rerunVerdicts, studyVerdicts } from "./routes/verdicts.ts";

export { CoordinatorObject } from "./coordinator-object.ts";
export { StudyObject } from "./study-object.ts";

/** The whole API. Everything else is a static file of the site. */
export const app = new Hono<Api>();

app.use(
  secureHeaders({ crossOriginEmbedderPolicy: "require-corp", crossOriginOpenerPolicy: "same-origin", xFrameOptions: "DENY" }),
);
app.use(cors({ origin: "*", allowMethods: ["GET"] }));
app.use(writeLimit);
app.use(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});

app.get("/api/health", ...health);

app.post("/api/leases", ...lease);
app.post("/api/leases/:id/heartbeat", ...heartbeat);
app.post("/api/leases/:id/result", ...handIn);
app.post("/api/leases/:id/return", ...giveBack);
app.put("/api/checkpoints/:sha256", ...putCheckpoint);
app.get("/api/checkpoints/:sha256", ...getCheckpoint);

app.get("/api/snapshot", ...studySnapshot);
app.get("/api/snapshot/:experiment", ...experimentSnapshot);
app.get("/api/verdicts", ...studyVerdicts);
app.get("/api/verdicts/:experiment", ...rerunVerdicts);
app.get("/api/experiments/:experiment/results", ...results);

app.get("/api/log", ...readLog);

app.post("/api/reruns", ...askRerun);
app.get("/api/reruns", ...listReruns);
app.get("/api/reruns/:id", ...readRerun);

app.get("/api/operator/status", ...operatorStatus);
app.post("/api/operator/pause", ...operatorPause);
app.post("/api/operator/resume", ...operatorResume);
app.get("/api/operator/export", ...operatorExport);
app.post("/api/operator/restore", ...operatorRestore);
app.post("/api/operator/restore/end", ...operatorRestoreEnd);
app.put("/api/operator/checkpoints/:sha256", ...operatorCheckpoint);

app.get("/api/openapi.json", openApi(app));
app.all("/api/*", noSuchEndpoint);
app.onError(unexpected);

export default app;
