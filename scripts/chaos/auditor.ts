import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { openCoordinator } from "../../shared/volunteer/coordinator.ts";
import { Refused, Unreachable } from "../../shared/volunteer/outcomes.ts";
import { httpTransport } from "../../shared/volunteer/transport.ts";
import { auditsOnly } from "../auditor/audits-only.ts";
import { sleep } from "./sleep.ts";
import type { Life } from "./person.ts";
import { trainLease } from "./train-lease.ts";

/**
 * The operator's auditor. It trains drawn intervals again and declines what is not one (the losses of first steps, known in advance, would catch some liars sooner than the draw, whose
 * chance is what is measured here).
 */
export async function audit(life: Omit<Life, "character" | "mayVanish" | "speeds">, token: string): Promise<void> {
  const { origin, fetch, keys, trajectories, record, dice, experiment } = life;
  const own = () => Promise.resolve(keys);
  const transport = httpTransport(fetch, origin);
  const coordinator = auditsOnly(openCoordinator({ fetch, origin, keys: own, transport }), transport, own, token, () => ({}));
  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Unreachable) || record.isOver) throw error;
        await sleep(dice.between(200, 1_000));
      }
    }
  };
  while (!record.isOver) {
    try {
      const reply = await patiently(() =>
        coordinator.lease({ protocol: PROTOCOL_VERSION, device: trajectories.device, experiment }),
      );
      if (reply.kind === "idle") {
        await sleep(500);
        continue;
      }
      const { lease } = reply;
      if (lease.audit?.kind === "opening") {
        await patiently(() => coordinator.giveBack(lease.id));
        await sleep(1_000);
        continue;
      }
      const result = await trainLease(lease, {
        ...{ trajectories, coordinator, patiently },
        claim: (_i, _start, { end }) => end,
        between: () => Promise.resolve(),
        bound: () => undefined,
      });
      await patiently(() => coordinator.handIn(lease.id, result));
      record.counts.audits++;
    } catch (error) {
      if (record.isOver) return;
      if (!(error instanceof Refused)) throw error;
      // Settled meanwhile, or withdrawn with the results of somebody who was voided.
      if (![404, 409, 410].includes(error.status)) record.break(`the auditor: ${error.status} ${error.message}`);
    }
  }
}
