import { styleText } from "node:util";

/** What a newcomer sees when everything is up: where, with which token, and what to do next. */
export function welcome(
  origin: string,
  tokens: { readonly rerun: string; readonly operator: string },
  experiment: string,
  state: string,
): string {
  const label = (text: string) => styleText("dim", text.padEnd(14));
  const continued = " ".repeat(17);
  return [
    "",
    `  ${styleText("bold", "BatchNorm@home is running")}`,
    "",
    `  ${label("Open")} ${styleText(["cyan", "underline"], origin)}`,
    `${continued}press “Donate your GPU”; in a few minutes your shard moves Figure 1`,
    `  ${label("Or train here")} npm run volunteer -- --url ${origin}`,
    "",
    `  ${label("Rerun token")} ${styleText("yellow", tokens.rerun)}  (kept in .dev.vars)`,
    `  ${label("Start a rerun")} curl ${origin}/api/reruns \\`,
    `${continued}  -H "authorization: Bearer ${tokens.rerun}" -H "content-type: application/json" \\`,
    `${continued}  -d '{"experiment":"${experiment}","seeds":[11,12,13]}'`,
    `${continued}it appears at ${origin}/rerun, and volunteers train it`,
    "",
    `  ${label("Operator")} ${origin}/operator with the token ${styleText("yellow", tokens.operator)}`,
    "",
    `  ${label("API")} ${origin}/api/openapi.json`,
    `  ${label("State")} is kept between starts in ${state}; delete it to begin anew`,
    `  ${label("Stop")} Ctrl-C`,
    "",
  ].join("\n");
}
