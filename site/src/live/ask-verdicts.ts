import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import type { Verdicts } from "../../../shared/protocol/verdicts.ts";

/** The verdicts at a path, or null where nobody answers or answers something else. */
export async function askVerdicts(path: string): Promise<Verdicts | null> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(15_000) });
    if (!response.ok) return null;
    const body = (await response.json()) as Partial<Verdicts>;
    return body.protocol === PROTOCOL_VERSION && Array.isArray(body.families) ? (body as Verdicts) : null;
  } catch {
    return null;
  }
}
