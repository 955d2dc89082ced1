import type { APIRoute } from "astro";
import { snapshotText } from "../data/published-files.ts";

/** The data of the static report, as it was published with the site. */
export const GET: APIRoute = () => new Response(snapshotText(), { headers: { "content-type": "application/json" } });
