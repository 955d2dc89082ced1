import type { APIRoute, GetStaticPaths } from "astro";
import { paperTexts } from "../../data/published-files.ts";

/** The paper's curves as they were read off its figures. */
export const getStaticPaths = (() =>
  Object.entries(paperTexts).map(([name, csv]) => ({ params: { name }, props: { csv } }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ csv: string }> = ({ props }) => new Response(props.csv, { headers: { "content-type": "text/csv" } });
