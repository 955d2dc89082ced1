import { expect, test } from "vitest";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { trainingSpec } from "../../../shared/experiments/experiment.ts";
import { FREELY } from "../../../shared/volunteer/conduct.ts";
import { Volunteer } from "../../../shared/volunteer/loop.ts";
import type { Coordinator, Store } from "../../../shared/volunteer/ports.ts";
import { tinyDeepLinear } from "../../workerd/tiny.ts";
import { fastClock, mapStore, ports } from "./fixtures.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

/** One run of the loop, told of every moment at which it waits for somebody else. */
interface Watched {
  readonly volunteer: Volunteer;
  readonly coordinator: MemoryCoordinator;
  /** Leases whose result was accepted. */
  readonly handedIn: string[];
}

const spec = { ...trainingSpec(tinyDeepLinear, tinyDeepLinear.variants[0]!, 1), steps: 4, probes: undefined };
const runtime = nodeRuntime(1);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** @param pass called before each question, and when it was answered but the answer is still on its way */
function watched(pass: (where: string) => void): Watched {
  const coordinator = new MemoryCoordinator(spec, 2);
  coordinator.brings = true;
  coordinator.commitEvery = 2;
  coordinator.wanted = ({ checkpoint }) => (checkpoint === null ? [] : [checkpoint]);
  const handedIn: string[] = [];
  const around = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    pass(`${what}, asked`);
    await turn();
    const answer = await call();
    pass(`${what}, answered`);
    await turn();
    return answer;
  };
  const asked: Coordinator = {
    lease: (request) => around("lease", () => coordinator.lease(request)),
    heartbeat: (lease, report) => around("heartbeat", () => coordinator.heartbeat(lease, report)),
    commit: (lease, commits) => around("commit", () => coordinator.commit(lease, commits)),
    keepPart: (lease, result) => around("part", () => coordinator.keepPart(lease, result)),
    handIn: (lease, result, next) =>
      around("hand-in", async () => {
        const reply = await coordinator.handIn(lease, result, next);
        handedIn.push(lease);
        return reply;
      }),
    giveBack: (lease) => coordinator.giveBack(lease),
    putCheckpoint: (sha256, lease, bytes) => around("checkpoint", () => coordinator.putCheckpoint(sha256, lease, bytes)),
    getCheckpoint: (sha256) => around("read", () => coordinator.getCheckpoint(sha256)),
  };
  const kept = mapStore();
  const store: Store = {
    get: (name) => around(`${name}, read`, () => kept.get(name)),
    put: (name, bytes) => around(`${name}, kept`, () => kept.put(name, bytes)),
    delete: (name) => around(`${name}, deleted`, () => kept.delete(name)),
  };
  const openRuntime = () => around("runtime", () => Promise.resolve({ ...runtime, close: () => Promise.resolve() }));
  return {
    volunteer: new Volunteer(ports(asked, { store, openRuntime, clock: fastClock(200) }), { shards: 2 }),
    coordinator,
    handedIn,
  };
}

/** Every moment of an undisturbed run. */
const moments: string[] = [];
const whole = watched((where) => moments.push(where));
whole.volunteer.start();
await whole.volunteer.ended;

test("undisturbed, two shards are trained", () => {
  expect([whole.handedIn.length, whole.coordinator.leases.length]).toEqual([2, 2]);
});

const presses = {
  stop: { press: (volunteer: Volunteer) => volunteer.stop(), atLeast: 0 },
  // Who has none yet trains one.
  "stop after this shard": {
    press: (volunteer: Volunteer) => volunteer.behave({ ...FREELY, isLastShard: true }),
    atLeast: 1,
  },
};

test.each(Object.entries(presses))(
  "%s, at any moment: no lease is asked for afterwards, none is left behind, and what was handed in is counted",
  async (_, { press, atLeast }) => {
    const found: string[] = [];
    for (const [moment, where] of moments.entries()) {
      let now = 0;
      let asked = Infinity;
      const { volunteer, coordinator, handedIn } = watched((here) => {
        if (now++ !== moment) return;
        press(volunteer);
        // A question that is on its way is on its way.
        const isAsking = here === "lease, asked" || here === "hand-in, asked";
        asked = Math.max(atLeast, coordinator.requests.length + (isAsking ? 1 : 0));
      });
      volunteer.start();
      await volunteer.ended;
      const over = new Set([...handedIn, ...coordinator.returned]);
      const left = coordinator.leases.filter(({ id }) => !over.has(id)).length;
      const more = coordinator.requests.length - asked;
      const uncounted = handedIn.length - volunteer.view.contribution.shards;
      if (left > 0 || more > 0 || uncounted > 0) {
        found.push(`${where}: ${left} leases left, ${more} asked for afterwards, ${uncounted} hand-ins not counted`);
      }
    }
    expect(found).toEqual([]);
  },
);

test("a heartbeat that comes after the hand-in does not make a lost shard of it, for which another would be leased", async () => {
  const coordinator = new MemoryCoordinator(spec, 2);
  const late = Promise.withResolvers<void>();
  const volunteer = new Volunteer(
    ports(
      {
        lease: (request) => coordinator.lease(request),
        heartbeat: async (lease, report) => {
          try {
            return await coordinator.heartbeat(lease, report);
          } catch (error) {
            late.resolve();
            throw error;
          }
        },
        commit: (lease, commits) => coordinator.commit(lease, commits),
        keepPart: (lease, result) => coordinator.keepPart(lease, result),
        handIn: async (lease, result) => {
          const reply = await coordinator.handIn(lease, result);
          await late.promise; // The coordinator refused a heartbeat before this answer arrives.
          await turn();
          return reply;
        },
        giveBack: (lease) => coordinator.giveBack(lease),
        putCheckpoint: (sha256, lease, bytes) => coordinator.putCheckpoint(sha256, lease, bytes),
        getCheckpoint: (sha256) => coordinator.getCheckpoint(sha256),
      },
      { clock: fastClock(500) },
    ),
  );
  volunteer.behave({ ...FREELY, isLastShard: true });
  volunteer.start();
  await volunteer.ended;
  expect([coordinator.leases.length, volunteer.view.contribution.shards]).toEqual([1, 1]);
});
