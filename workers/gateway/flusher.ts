import { armAlarm, countChange } from "../arm-alarm.ts";
import type { Published } from "../publisher.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import { coordinator } from "../study.ts";
import type { GatewayStore } from "./gateway-sqlite.ts";

/** A gateway tells its root what is new at most so often, in ms. */
const FLUSH_MS = 5_000;

/**
 * What a gateway does in the place of publishing: it hands on what happened to its root, in batches. What was accepted is kept here first, so nothing is lost when a
 * batch is; it comes again.
 */
export class Flusher implements Published {
  private readonly store: CoordinatorStore;
  private readonly gateways: GatewayStore;
  private readonly storage: DurableObjectStorage;
  private readonly env: Env;
  private readonly clock: () => number;
  private last: Promise<void> = Promise.resolve();

  /** @param clock milliseconds since 1970 */
  constructor(
    store: CoordinatorStore,
    gateways: GatewayStore,
    { storage, env, clock }: { storage: DurableObjectStorage; env: Env; clock: () => number },
  ) {
    this.store = store;
    this.gateways = gateways;
    this.storage = storage;
    this.env = env;
    this.clock = clock;
  }

  noteChange(): void {
    countChange(this.store);
    this.arm();
  }

  async wake(): Promise<void> {
    this.store.setPublication({ alarmAt: null });
    await this.publish();
  }

  /** Hands on what is new; one batch at a time. */
  publish(): Promise<void> {
    this.last = this.last.catch(() => undefined).then(() => this.flush());
    return this.last;
  }

  private async flush(): Promise<void> {
    const now = this.clock();
    const { changes, publishedChanges, trainingNow } = this.store.publication();
    const leased = this.store.leases.live(now).map(({ variant, seed }) => ({ variant, seed }));
    if (changes > publishedChanges || leased.length !== trainingNow) {
      this.store.setPublication({ begunAt: now });
      const { id } = this.store.header();
      try {
        for (let isFull = true; isFull;) {
          const { isFull: more, ...batch } = this.gateways.nextBatch((shard) => this.store.runs.ofShard(shard), leased);
          await coordinator(this.env, id).take(batch);
          this.gateways.setFlushed(batch);
          isFull = more;
        }
        this.store.setPublication({ publishedChanges: changes, trainingNow: leased.length });
      } catch (error) {
        console.error(`${id}: a batch was not taken, will try again`, error);
        countChange(this.store);
      }
    }
    this.arm();
  }

  private arm(): void {
    armAlarm(this.store, this.storage, { everyMs: FLUSH_MS }, this.clock());
  }
}
