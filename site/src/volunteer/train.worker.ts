import { checkWithoutEval } from "../../../shared/protocol/kept.ts";
import { chunkLoader } from "../../../shared/volunteer/chunks.ts";
import { openCoordinator } from "../../../shared/volunteer/coordinator.ts";
import { download, type Fetch } from "../../../shared/volunteer/http.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import { meteredFetch, meteredSocket } from "../../../shared/volunteer/metered.ts";
import type { Keys, Ports } from "../../../shared/volunteer/ports.ts";
import type { VolunteerView } from "../../../shared/volunteer/view.ts";
import { passedCheck } from "./check.ts";
import { deviceMemory } from "./device-memory.ts";
import { SocketTransport } from "../../../shared/volunteer/socket-transport.ts";
import { httpTransport } from "../../../shared/volunteer/transport.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { browserKeys } from "./keys.ts";
import { openOrt } from "./ort-runner.ts";
import { platformName } from "./platform.ts";
import { chooseProvider, findAdapter } from "./provider.ts";
import type { Asked } from "./resume.ts";
import { cacheStore, databaseStore } from "./stores.ts";

// Everything heavy runs in this Web Worker; the page only shows views and passes on what the buttons say.

checkWithoutEval();

const VIEWS_EVERY_MS = 100;
const MAX_THREADS = 4;

const { origin } = self.location;
/** Moved over the network since the page was told. */
let moved = 0;
const count = (bytes: number) => {
  moved += bytes;
};
const fetchWithTimeout: Fetch = meteredFetch(
  (url, { timeoutMs, ...init }) =>
    fetch(url, { ...init, ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }) }),
  count,
);

const send = (message: FromWorker) => self.postMessage(message);
let volunteer: Volunteer | undefined;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "start":
      volunteer ??= create(data.asked, data.losses, data.notes);
      volunteer.start(data.wish);
      volunteer.behave(data.conduct);
      break;
    case "conduct":
      volunteer?.behave(data.conduct);
      break;
    case "pause":
    case "resume":
    case "stop":
      volunteer?.[data.kind]();
      break;
  }
};

self.addEventListener("online", () => volunteer?.hurry());

function create(asked: Asked, losses: number, notes: Volunteer["view"]["notes"]): Volunteer {
  const created = new Volunteer(ports(asked), { experiment: asked.experiment ?? undefined }, { losses, notes });
  let shownMs = 0;
  let shownExamples: VolunteerView["examples"] | undefined;
  let shownPhase = "";
  let pending: ReturnType<typeof setTimeout> | undefined;
  const show = () => {
    clearTimeout(pending);
    pending = undefined;
    shownMs = performance.now();
    shownPhase = created.view.phase.kind;
    const { examples, ...view } = created.view;
    send({ kind: "view", view, leaseId: created.leaseId, bytes: moved, ...(examples !== shownExamples && { examples }) });
    shownExamples = examples;
    moved = 0;
  };
  created.subscribe(({ phase }) => {
    if (phase.kind !== shownPhase || performance.now() - shownMs > VIEWS_EVERY_MS) show();
    else pending ??= setTimeout(show, VIEWS_EVERY_MS);
  });
  return created;
}

function ports(asked: Asked): Ports {
  let opened = false;
  let kept: Promise<Keys> | undefined;
  const keys = () => (kept ??= browserKeys());
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    turn: turns(),
  };
  const transport = new SocketTransport({
    open: () => meteredSocket(new WebSocket(`${origin.replace(/^http/, "ws")}/api/socket`), count),
    http: httpTransport(fetchWithTimeout, origin),
    clock,
    random: Math.random,
    heard: (event) => send({ kind: "news", event }),
  });
  return {
    clock,
    random: Math.random,
    sha256,
    coordinator: openCoordinator({ fetch: fetchWithTimeout, origin, keys, transport, passCheck }),
    store: databaseStore("volunteer"),
    openDataset: datasetOpener(),
    openRuntime: async (losses, progress) => {
      if (opened) {
        send({ kind: "restart", losses });
        await new Promise(() => undefined); // The page ends this Web Worker now.
      }
      const adapter = await findAdapter((navigator as { gpu?: GPU }).gpu);
      const choice = chooseProvider(adapter, asked.provider, losses);
      const runtime = await openOrt(
        choice,
        {
          fetch: fetchWithTimeout,
          origin,
          threads: self.crossOriginIsolated ? Math.max(1, Math.min(navigator.hardwareConcurrency, MAX_THREADS)) : 1,
          platform: platformName(navigator.userAgent),
          adapter: choice.provider === "webgpu" ? (adapter?.name ?? null) : null,
          memory: deviceMemory(
            choice.provider,
            adapter?.largestBufferBytes ?? null,
            (navigator as { deviceMemory?: number }).deviceMemory,
          ),
        },
        progress,
      );
      opened = true;
      return runtime;
    },
  };
}

/** Only the page can open a window. */
function passCheck(): Promise<string> {
  send({ kind: "check" });
  return passedCheck();
}

function datasetOpener(): Ports["openDataset"] {
  const folder = `${origin}/data/cifar10`;
  let load: ReturnType<typeof chunkLoader> | undefined;
  return (progress, note) => {
    load ??= chunkLoader({
      download: (file, received) => download(fetchWithTimeout, `${folder}/${file}`, received),
      store: cacheStore("cifar-10", folder),
      sha256,
      note,
    });
    return load(progress);
  };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A turn of the event loop at once; a timer would wait 4 ms. */
function turns(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
