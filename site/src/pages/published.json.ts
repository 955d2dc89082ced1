import type { APIRoute } from "astro";
import { withoutCurvesText } from "../data/published-files.ts";

/** What every page reads of the published data: all but the runs' own curves and measurements, which are many times as long. */
export const GET: APIRoute = () => new Response(withoutCurvesText(), { headers: { "content-type": "application/json" } });
