import type { APIRoute } from "astro";
import { publishedVerdicts } from "../data/verdicts.ts";

/** What the published snapshot says to every claim: a small part of its bytes. */
export const GET: APIRoute = () => Response.json(publishedVerdicts());
