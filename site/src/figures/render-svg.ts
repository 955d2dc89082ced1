import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";

/** A chart as SVG, without a canvas; interpreted, so that it also runs under the site's Content-Security-Policy. Colours stay names of the palette. */
export async function renderSvg(spec: TopLevelSpec, logger?: vega.LoggerInterface): Promise<string> {
  const runtime = vega.parse(compile(spec, logger ? { logger } : {}).spec, undefined, { ast: true });
  const view = new vega.View(runtime, { renderer: "none", expr: expressionInterpreter });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
