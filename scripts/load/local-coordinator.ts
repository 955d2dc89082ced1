import { readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from "miniflare";
import { type Assets, configuration } from "./configuration.ts";
import { freePort } from "../fleet/free-port.ts";
import { tree } from "../soak/resident.ts";

/** The bundle in workerd, with storage in memory and nothing in front of it. */
export interface LocalCoordinator {
  readonly origin: string;
  /** Of the inspector. */
  readonly inspector: number;
  /** The process that runs the Worker, its objects, and the local stand-ins for KV and R2. */
  readonly pid: number;
  readonly tokens: { readonly rerun: string; readonly operator: string };
  close(): Promise<void>;
}

/** Where it is to be reached, and what it is to keep; without a place it is anywhere, and keeps nothing. */
export interface Place {
  readonly port: number;
  readonly inspector: number;
  /** Folder of what it stores. */
  readonly storage: string;
  /** Folder of static files. */
  readonly assets: string;
}

/** @param file a bundle  @param variables over the deployment's own */
export async function startLocal(
  file: string,
  variables: Readonly<Record<string, string>> = {},
  place: Place | null = null,
): Promise<LocalCoordinator> {
  const { compatibility_date, vars, assets, ratelimits } = configuration();
  const inspector = place?.inspector ?? (await freePort(null));
  const before = new Set(workerds());
  const tokens = { rerun: crypto.randomUUID(), operator: crypto.randomUUID() };
  const object = (className: string) => ({ className, useSQLite: true });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...{
        modules: true,
        script: readFileSync(file, "utf8"),
        log: new NoOpLog(),
        cf: false,
        host: "127.0.0.1",
        port: place?.port ?? 0,
        inspectorPort: inspector,
      },
      ...(place && { resourcePersistencePath: place.storage, assets: staticFiles(place.assets, assets) }),
      compatibilityDate: compatibility_date,
      durableObjects: {
        ...{ STUDY: object("StudyObject"), COORDINATOR: object("CoordinatorObject") },
        ...{ VOLUNTEERS: object("VolunteersObject"), SOCKETS: object("SocketObject") },
      },
      kvNamespaces: ["METRICS"],
      r2Buckets: ["CHECKPOINTS"],
      ratelimits: Object.fromEntries(
        ratelimits.map(({ name, namespace_id, simple }) => [
          name,
          { namespace_id, simple: place ? simple : { ...simple, limit: 1_000_000 } },
        ]),
      ),
      versionMetadata: "VERSION",
      bindings: {
        ...{ ...vars, KV_WRITES_PER_DAY: "0", LOG_LINES: "off" },
        // Sessions outlive a start where storage does: then the study's object keeps a secret of its own.
        ...(place ? {} : { IDENTITY_SECRET: crypto.randomUUID() }),
        ...{ RERUN_TOKEN: tokens.rerun, OPERATOR_TOKEN: tokens.operator, ...variables },
      },
    }),
  );
  const { origin } = await miniflare.ready;
  const pid = workerds().find((each) => !before.has(each));
  if (pid === undefined) throw new Error("load: got no process named workerd, want the one that was started");
  return { origin, inspector, pid, tokens, close: () => miniflare.dispose() };
}

/** As the deployment serves them: what begins with an exclamation mark is a file, though the Worker comes first for the rest. */
function staticFiles(directory: string, { binding, run_worker_first: first, not_found_handling }: Assets) {
  const [files, worker] = [first.filter((route) => route.startsWith("!")), first.filter((route) => !route.startsWith("!"))];
  return {
    ...{ directory, binding, assetConfig: { not_found_handling } },
    routerConfig: {
      has_user_worker: true,
      static_routing: { user_worker: worker, asset_worker: files.map((route) => route.slice(1)) },
    },
  };
}

const workerds = (): number[] =>
  tree(process.pid)
    .filter(({ name }) => name === "workerd")
    .map(({ pid }) => pid);
