import { createMiddleware } from "hono/factory";
import type { Api } from "./admission.ts";
import { problem, problemResponse } from "./problem.ts";

/** Lets through who holds RERUN_TOKEN; several tokens, separated by commas, are valid together while one is being changed for another. */
export const requireToken = createMiddleware<Api>(async (c, next) => {
  const tokens = (c.env.RERUN_TOKEN ?? "").split(",").map((token) => token.trim());
  const valid = tokens.filter((token) => token !== "");
  if (valid.length === 0) {
    const detail = "The operator has set no RERUN_TOKEN.";
    return problemResponse(
      problem(503, { title: "Reruns are switched off", detail, remedy: "Set it: npx wrangler secret put RERUN_TOKEN" }),
    );
  }
  const given = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (given === undefined) {
    const remedy = "Send the header: Authorization: Bearer <token>. `npm start` prints the token.";
    return problemResponse(
      problem(401, { title: "No token", detail: "A rerun costs others' GPU time, so it needs a token.", remedy }),
      {
        "www-authenticate": 'Bearer realm="reruns"',
      },
    );
  }
  const matches = await Promise.all(valid.map((token) => equalInConstantTime(token, given)));
  if (!matches.includes(true)) {
    return problemResponse(
      problem(403, { title: "Wrong token", detail: "The token is not one of the valid ones.", remedy: "Ask the operator." }),
    );
  }
  return next();
});

/** Compares digests, so that the time taken tells neither the token's length nor how much of it was right. */
async function equalInConstantTime(a: string, b: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b));
}
