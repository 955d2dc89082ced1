import type { Config, TopLevelSpec } from "vega-lite";
import { colour } from "../styles/palette.ts";

/** Pixels of a panel before the page scales it: text of 12 px stays readable from 300 to 480 px. */
export const PANEL = { two: { width: 420, height: 292 }, three: { width: 336, height: 262 } } as const;

/** How many panels stand side by side on a desk. */
export type Columns = keyof typeof PANEL;

/** Room around the plot; fixed, because text is measured differently in a browser and at build, and the page must not move. */
export const MARGIN = { left: 44, right: 78, top: 50, bottom: 42 } as const;

export const FONT = "'Inter Variable', Inter, system-ui, sans-serif";

/** The look of every chart. */
export const chartConfig: Config = {
  background: "transparent",
  font: FONT,
  view: { stroke: null },
  axis: {
    labelFont: FONT,
    titleFont: FONT,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 400,
    labelColor: colour("muted"),
    titleColor: colour("muted"),
    tickColor: colour("rule"),
    domainColor: colour("edge"),
    gridColor: colour("rule"),
    labelPadding: 6,
  },
  axisX: { grid: false, tickSize: 4, tickColor: colour("edge"), titlePadding: 6 },
  axisY: { domain: false, ticks: false, gridDash: [1, 3], gridColor: colour("edge"), gridOpacity: 0.55 },
};

/** A panel's title and subtitle, at a place that does not depend on how far its axis labels reach. */
export function titleLayers(title: string, subtitle: string): object[] {
  const line = (text: string, y: number, mark: object) => ({
    data: { values: [{}] },
    mark: { type: "text", align: "left", baseline: "alphabetic", clip: false, text, ...mark },
    encoding: { x: { value: 0 }, y: { value: y }, color: { value: null } },
  });
  return [
    line(title, -30, { fontSize: 14, fontWeight: 600, fill: colour("ink") }),
    line(subtitle, -13, { fontSize: 12, fill: colour("muted") }),
  ];
}

/** What stands in a panel for which there is nothing to draw yet. */
export const emptyLayer = (width: number, height: number): object => ({
  data: { values: [{}] },
  mark: { type: "text", align: "center", baseline: "middle", text: "no results yet", fontSize: 12, fill: colour("muted") },
  encoding: { x: { value: width / 2 }, y: { value: height / 2 }, color: { value: null } },
});

/** All panels of a figure as one chart, row by row, with its caption, for who meets it away from its page. */
export function sheet(title: string, caption: string, rows: readonly (readonly TopLevelSpec[])[]): TopLevelSpec {
  const starts = rows.map((_, row) => rows.slice(0, row).reduce((sum, { length }) => sum + length, 0));
  const parts = rows.map((row, number) => row.map((panel, index) => prefixed(panel, starts[number]! + index)));
  const datasets = Object.assign({}, ...parts.flat().map((part) => part.datasets)) as Record<string, unknown[]>;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      ...{ text: title, anchor: "start", font: FONT, fontSize: 16, fontWeight: 600, color: colour("ink"), offset: 20 },
      ...{
        subtitle: wrapped(caption, 118),
        subtitleFont: FONT,
        subtitleFontSize: 12,
        subtitleColor: colour("muted"),
        subtitlePadding: 4,
      },
    },
    background: colour("page"),
    padding: 16,
    spacing: 28,
    config: chartConfig,
    datasets,
    vconcat: parts.map((row) => ({ spacing: 28, hconcat: row.map(({ view }) => view) })),
  } as TopLevelSpec;
}

/** A panel's view with its own names for its data sets, so that two can stand in one chart. */
function prefixed(panel: TopLevelSpec, index: number): { view: object; datasets: Record<string, unknown> } {
  const {
    $schema: _schema,
    config: _config,
    autosize: _autosize,
    padding: _padding,
    datasets = {},
    ...view
  } = panel as unknown as Record<string, unknown>;
  // What only a pointer asks for is not drawn here.
  const names = Object.keys(datasets as object).filter((name) => JSON.stringify(view).includes(`"data":{"name":"${name}"}`));
  const renamed = names.reduce(
    (json, name) => json.replaceAll(`"data":{"name":"${name}"}`, `"data":{"name":"${name}${index}"}`),
    JSON.stringify(view),
  );
  return {
    view: JSON.parse(renamed) as object,
    datasets: Object.fromEntries(names.map((name) => [`${name}${index}`, (datasets as Record<string, unknown>)[name]])),
  };
}

/** Breaks a text into lines of at most `width` characters. */
export function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
