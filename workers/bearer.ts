import { createMiddleware } from "hono/factory";
import type { Api } from "./admission.ts";
import { problem, problemResponse } from "./problem.ts";

/** Tokens as the deployment may have them; those that are secrets of nobody's are not set. */
interface Tokens {
  readonly RERUN_TOKEN?: string;
  readonly OPERATOR_TOKEN?: string;
  /** The next one, while it takes the place of the other: both are valid. */
  readonly OPERATOR_TOKEN_NEXT?: string;
}

/** What a token opens, for the words of a refusal. */
interface Door {
  readonly realm: string;
  readonly secret: keyof Tokens;
  readonly why: string;
  readonly valid: (tokens: Tokens) => string[];
}

const listed = (text: string | undefined) => (text ?? "").split(",").map((token) => token.trim());
const operators = ({ OPERATOR_TOKEN, OPERATOR_TOKEN_NEXT }: Tokens) => [
  ...listed(OPERATOR_TOKEN),
  ...listed(OPERATOR_TOKEN_NEXT),
];

/** Lets through who may ask for reruns: holders of RERUN_TOKEN (several, separated by commas, are valid together) and the operator. */
export const requireToken = requireOneOf({
  realm: "reruns",
  secret: "RERUN_TOKEN",
  why: "A rerun costs others' GPU time, so it needs a token.",
  valid: (tokens) => [...listed(tokens.RERUN_TOKEN), ...operators(tokens)],
});

/** Lets through the operator. */
export const requireOperator = requireOneOf({
  realm: "operator",
  secret: "OPERATOR_TOKEN",
  why: "This is for the operator of the study, so it needs the operator's token.",
  valid: operators,
});

function requireOneOf({ realm, secret, why, valid }: Door) {
  return createMiddleware<Api>(async (c, next) => {
    const tokens = valid(c.env).filter((token) => token !== "");
    if (tokens.length === 0) {
      const title = `${realm === "reruns" ? "Reruns are" : "The operator's API is"} switched off`;
      const detail = `The operator has set no ${secret}.`;
      return problemResponse(problem(503, { title, detail, remedy: `Set it: npx wrangler secret put ${secret}` }));
    }
    const given = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (given === undefined) {
      const remedy = "Send the header: Authorization: Bearer <token>. `npm start` prints the token.";
      const headers = { "www-authenticate": `Bearer realm="${realm}"` };
      return problemResponse(problem(401, { title: "No token", detail: why, remedy }), headers);
    }
    const matches = await Promise.all(tokens.map((token) => equalInConstantTime(token, given)));
    if (!matches.includes(true)) {
      return problemResponse(
        problem(403, { title: "Wrong token", detail: "The token is not one of the valid ones.", remedy: "Ask the operator." }),
      );
    }
    return next();
  });
}

/** Compares digests, so that the time taken tells neither the token's length nor how much of it was right. */
async function equalInConstantTime(a: string, b: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b));
}
