import type { APIRoute, GetStaticPaths } from "astro";
import { paper } from "../../data/paper-files.ts";
import { snapshotFile } from "../../data/snapshot-file.ts";
import { figureFile, fileEnds, liveData, stillsOf } from "../../figures/files.ts";
import { pictureSvg } from "../../figures/picture-svg.ts";
import type { Figure } from "../../figures/figure.ts";
import { namedFigures } from "../../figures/listing.ts";

/** What the page itself reads of a figure, besides the files that readers take away. */
const ownEnds = ["stills.json", "live.json", "plain.svg"] as const;
const ends = [...fileEnds, ...ownEnds];

/** Every figure as files, for readers without JavaScript and for machines. */
export const getStaticPaths = (() =>
  namedFigures(snapshotFile(), paper).flatMap(({ name, figure }) =>
    ends.map((end) => ({ params: { file: `${name}.${end}` }, props: { figure, end } })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ figure: Figure; end: (typeof ends)[number] }> = async ({ props }) => {
  const { figure, end } = props;
  if (end === "stills.json") return Response.json(await stillsOf(figure));
  if (end === "live.json") return Response.json(liveData(figure));
  if (end === "plain.svg") return new Response(await pictureSvg(figure, "charts only"));
  return new Response(await figureFile(figure, end));
};
