import { gatewaysFor } from "../../workers/gateway/place.ts";
import { Crowd, type Spread, type Tally } from "./crowd.ts";
import { addReruns, MOST_RUNS } from "./plans.ts";
import { HOME, type Hosted, ownPlans, Platform, STUDY } from "./platform.ts";
import { seeded } from "./visit.ts";

/** What one kind of object was asked. */
export interface Load {
  readonly objects: number;
  /** Calls in a second, and the share of one thread of this machine: of the busiest one, and of all together. */
  readonly busiest: { readonly calls: number; readonly busy: number };
  readonly all: { readonly calls: number; readonly busy: number };
}

/** What a stretch of virtual time came to. */
export interface Stretch {
  readonly volunteers: number;
  /** Reruns that they train, and runs of each. */
  readonly experiments: number;
  readonly runs: number;
  readonly gateways: number;
  readonly seconds: number;
  readonly tally: Readonly<Tally>;
  /** Experiments' own objects, those of the reruns and of the study's experiments, which are all taken; and the study's one. */
  readonly roots: Load;
  readonly taken: Load;
  readonly gateway: Load;
  readonly study: Load;
  /** Homes of volunteers; none: the study's object keeps them. */
  readonly home: Load;
  /** Milliseconds of an isolate's processor time for a question about a lease. */
  readonly isolateMs: number;
  /** Rows inserted, updated and deleted by all objects, indexes not counted. */
  readonly rows: number;
  readonly kvWrites: number;
  readonly largestValue: number;
  /** Bytes of the largest database, and of all. */
  readonly largestStore: number;
  readonly stores: number;
  /** Of the simulation: objects' calls, and seconds that it took. */
  readonly calls: number;
  readonly tookSeconds: number;
}

export interface Wish {
  readonly volunteers: number;
  readonly gateways: number;
  /** Objects that share the volunteers. */
  readonly homes?: number;
  /** Virtual seconds that are watched. */
  readonly seconds: number;
  /** Runs for each volunteer: below 1 some of them have to wait. */
  readonly runsEach?: number;
  readonly say?: (words: string) => void;
}

/** Some more runs than volunteers: as long as there is work, it is trained. */
const RUNS_EACH = 1.2;
const TRIES = 10;
const PUBLISH_MS = 10_000;

/**
 * A crowd of a constant size at one study, whole: everyone comes once, is met somewhere in a shard, and then so many virtual seconds are watched. The study's own
 * experiments have volunteers already; the crowd trains reruns, as many as it takes.
 */
export async function stretch(wish: Wish): Promise<Stretch> {
  const { volunteers, gateways, homes = 0, seconds, runsEach = RUNS_EACH, say = () => {} } = wish;
  const began = performance.now();
  const platform = new Platform(gateways, homes);
  const own = ownPlans();
  const wanted = Math.ceil(runsEach * volunteers);
  const experiments = Math.ceil(wanted / MOST_RUNS);
  const runs = Math.min(MOST_RUNS, wanted);
  const reruns = addReruns(
    platform,
    own.find(({ id }) => id.startsWith("deep-linear"))!,
    experiments,
    runs,
  );
  // All are opened within one interval of publication.
  platform.startMs = PUBLISH_MS / ((1 + gateways) * (experiments + own.length));
  await platform.study.index();
  platform.startMs = 0;
  platform.now = 1000 * Math.ceil(platform.now / 1000);
  const runsOf = ({ plan }: (typeof own)[number]) => plan.variants.length * plan.seeds.length;
  // One that asks asks four gateways, and may miss the last free run: somebody else finds it.
  const residents = TRIES * own.reduce((sum, header) => sum + runsOf(header), 0);
  const crowd = new Crowd(platform, volunteers + residents, seeded(volunteers + gateways));
  let last = volunteers;
  for (const header of own) {
    for (let held = 0; held < runsOf(header);) if (await crowd.settle(last++, header.id)) held++;
  }
  const random = seeded(volunteers);
  const spreads: Spread[] = reruns.map(({ id, plan }) => ({ id, seeds: plan.seeds, of: gatewaysFor(plan.seeds, gateways) }));
  for (let who = 0; who < volunteers; who++) {
    await crowd.meet(who, spreads, random());
    if ((who + 1) % 50_000 === 0) say(`${who + 1} came, ${passed(began)}`);
  }
  platform.reset();
  for (const key of Object.keys(crowd.tally) as (keyof Tally)[]) crowd.tally[key] = 0;
  const from = platform.now / 1000;
  for (let second = from; second < from + seconds; second++) {
    while (crowd.nextAt < 1000 * (second + 1)) await crowd.next();
    platform.now = 1000 * (second + 1);
    await platform.wake();
    say(`second ${second + 1 - from} of ${seconds}: ${crowd.tally.results} results, ${passed(began)}`);
  }
  const hosted = [...platform.objects.values()];
  const isOwn = ({ name }: Hosted) => own.some(({ id }) => name === id || name.startsWith(`${id}/`));
  const isGateway = ({ name }: Hosted) => name.includes("/");
  const isHome = ({ name }: Hosted) => name.startsWith(HOME);
  const load = (some: readonly Hosted[]) => loadOf(some, seconds);
  const sizes = hosted.map(({ storage }) => storage.bytes);
  return {
    ...{ volunteers, experiments, runs, gateways, seconds, tally: crowd.tally },
    study: load(hosted.filter(({ name }) => name === STUDY)),
    home: load(hosted.filter(isHome)),
    taken: load(hosted.filter(isOwn)),
    roots: load(hosted.filter((one) => one.name !== STUDY && !isHome(one) && !isOwn(one) && !isGateway(one))),
    gateway: load(hosted.filter((one) => !isOwn(one) && isGateway(one))),
    isolateMs: platform.isolatesMs / (crowd.tally.leases + crowd.tally.idle),
    rows: hosted.reduce((sum, { storage }) => sum + storage.rowsChanged, 0),
    ...{ kvWrites: platform.values.writes, largestValue: platform.values.largest },
    ...{ largestStore: Math.max(...sizes), stores: sizes.reduce((sum, size) => sum + size, 0) },
    calls: hosted.reduce((sum, { calls }) => sum + calls, 0),
    tookSeconds: (performance.now() - began) / 1000,
  };
}

function loadOf(some: readonly Hosted[], seconds: number): Load {
  const share = ({ busyMs }: Hosted) => busyMs / (1000 * seconds);
  return {
    objects: some.length,
    busiest: {
      calls: Math.max(0, ...some.map(({ calls }) => calls / seconds)),
      busy: Math.max(0, ...some.map(share)),
    },
    all: {
      calls: some.reduce((sum, { calls }) => sum + calls, 0) / seconds,
      busy: some.reduce((sum, one) => sum + share(one), 0),
    },
  };
}

const passed = (began: number) => `${((performance.now() - began) / 1000).toFixed(0)} s`;
