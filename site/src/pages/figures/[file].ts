import type { APIRoute, GetStaticPaths } from "astro";
import { paper } from "../../data/paper-files.ts";
import { snapshotFile } from "../../data/snapshot-file.ts";
import { figureFile, fileEnds } from "../../figures/files.ts";
import { figures } from "../../figures/index.ts";

/** Every figure as files, for readers without JavaScript and for machines. */
export const getStaticPaths = (() =>
  figures(snapshotFile(), paper).flatMap((figure) =>
    fileEnds.map((end) => ({ params: { file: `${figure.id}.${end}` }, props: { figure, end } })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ figure: ReturnType<typeof figures>[number]; end: (typeof fileEnds)[number] }> = async ({ props }) =>
  new Response(await figureFile(props.figure, props.end));
