import { claims } from "../shared/claims/index.ts";
import type { Readings } from "../shared/claims/judging/readings.ts";
import { rerunVerdicts, verdictsSha256 } from "./coordinator/judge-study.ts";
import { writeVerdicts } from "./metrics-kv.ts";
import { study } from "./study.ts";

/**
 * Judges a rerun in its own object, whenever that publishes: no other experiment's runs stand in its verdicts, and the study's object, which would have to hold what
 * hundreds of reruns say of their runs, holds none of it. Only when a verdict comes to stand or falls is the study told.
 */
export class RerunVerdicts {
  private readonly env: Env;
  /** What KV was given last, and what the study was told, since this object woke. */
  private written: string | null = null;
  private told: string | null = null;

  constructor(env: Env) {
    this.env = env;
  }

  /** @param now ms since 1970 */
  async publish(readings: Readings, now: number): Promise<void> {
    const verdicts = rerunVerdicts(claims, readings, new Date(now).toISOString());
    const standing = verdicts.families.flatMap(({ judgements }) =>
      judgements.map(({ claim, claimSha256, family, verdict, decidedAt }) => ({
        claim,
        claimSha256,
        family,
        verdict,
        decidedAt,
      })),
    );
    const stands = standing.map(({ claim, verdict }) => `${claim} ${verdict}`).join();
    if (stands !== this.told) await study(this.env).noteVerdicts(standing);
    this.told = stands;
    const sha256 = verdictsSha256(verdicts);
    if (sha256 !== this.written) await writeVerdicts(this.env.METRICS, readings.header.id, verdicts);
    this.written = sha256;
  }
}
