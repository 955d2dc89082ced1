import { checkWithoutEval } from "../../../shared/protocol/kept.ts";
import { Me, type MeChange } from "../../../shared/protocol/session.ts";
import { readAnswer } from "../../../shared/volunteer/answer.ts";
import type { Fetch } from "../../../shared/volunteer/http.ts";
import { SessionKeeper } from "../../../shared/volunteer/session.ts";
import { httpTransport } from "../../../shared/volunteer/transport.ts";
import { openCheck, passedCheck } from "./check.ts";
import { browserKeys } from "./keys.ts";

checkWithoutEval();

const fetchWithTimeout: Fetch = (url, { timeoutMs = 30_000, ...init }) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
const transport = httpTransport(fetchWithTimeout, "");
const session = new SessionKeeper(transport, browserKeys, {
  passCheck: () => {
    if (!openCheck())
      throw new Error("The browser blocked the window with the check. Allow this site to open windows, and try again.");
    return passedCheck();
  },
});

/** Changes what the coordinator shows of this browser's volunteer, whether it trains now or not. */
export async function changeMe(change: MeChange): Promise<Me> {
  const answer = await session.with((token) => transport.ask({ method: "PUT", path: "/api/me", body: change, token }));
  return readAnswer(Me, answer);
}
