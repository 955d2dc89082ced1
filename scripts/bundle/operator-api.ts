import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The operator's API of a coordinator. */
export interface OperatorApi {
  readonly origin: string;
  readonly token: string;
}

/**
 * @param url as given  @throws Error when there is no address or no token
 */
export function operatorApi(url: string | undefined): OperatorApi {
  if (url === undefined || !URL.canParse(url)) throw new Error(`--url: got ${url ?? "nothing"}, want the coordinator's address`);
  const token = process.env.OPERATOR_TOKEN ?? localToken();
  if (!token)
    throw new Error(
      "OPERATOR_TOKEN: got nothing, want the operator's token in the environment (or in .dev.vars, as npm start makes it)",
    );
  return { origin: new URL(url).origin, token };
}

/** On the command line a token would stand in everybody's list of processes. */
function localToken(): string | undefined {
  const file = path.resolve(import.meta.dirname, "../../.dev.vars");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^\s*OPERATOR_TOKEN\s*=\s*["']?([^"'\s,]+)/m.exec(text)?.[1];
}

/** @throws Error with the coordinator's words when it refuses, or when nobody answers */
export async function ask(
  { origin, token }: OperatorApi,
  method: string,
  where: string,
  body?: BodyInit,
  type = "application/json",
): Promise<Response> {
  const response = await fetch(`${origin}${where}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": type }) },
    ...(body !== undefined && { body }),
  }).catch((error: unknown) => {
    throw new Error(`${origin}: nobody answers. Is the coordinator running (npm start)?`, { cause: error });
  });
  if (response.ok) return response;
  const text = await response.text();
  let said = text.slice(0, 300);
  try {
    const { title, detail, remedy } = JSON.parse(text) as { title?: string; detail?: string; remedy?: string };
    said = [`${title}: ${detail}`, remedy].filter(Boolean).join(" ");
  } catch {
    // Then it is not one of ours, and is shown as it came.
  }
  throw new Error(`${method} ${where}: got ${response.status}. ${said}`);
}
