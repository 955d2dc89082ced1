import type { Fetch } from "../../shared/volunteer/http.ts";
import type { Dice } from "./dice.ts";
import { sleep } from "./sleep.ts";

/** How often something happens to a request, as shares of all. */
export interface LineTroubles {
  readonly late: number;
  readonly twice: number;
  readonly lostBefore: number;
  readonly lostAfter: number;
}

export const GOOD_LINE: LineTroubles = { late: 0, twice: 0, lostBefore: 0, lostAfter: 0 };
export const BAD_LINE: LineTroubles = { late: 0.1, twice: 0.04, lostBefore: 0.02, lostAfter: 0.04 };

/** `fetch` from an address of its own, over a line that delays, repeats and loses. */
export function lineOf(fetch: Fetch, address: string, dice: Dice, now: () => LineTroubles): Fetch {
  return async (url, init) => {
    const troubles = now();
    const headers = { ...init.headers, "cf-connecting-ip": address };
    const send = () => fetch(url, { timeoutMs: 30_000, ...init, headers });
    if (dice.happens(troubles.late)) await sleep(dice.between(20, 1_500));
    if (dice.happens(troubles.lostBefore)) throw new Error("lost on the way");
    if (dice.happens(troubles.twice))
      await send().then(
        (response) => response.text(),
        () => undefined,
      );
    const response = await send();
    if (dice.happens(troubles.lostAfter)) {
      await response.text().catch(() => undefined);
      throw new Error("the answer was lost");
    }
    return response;
  };
}
