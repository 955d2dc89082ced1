/** One JSON line for each thing that was done, for whoever collects the deployment's logs. Never a token, an address or a volunteer. */
export function logLine(env: Env, fields: Readonly<Record<string, unknown>>): void {
  if (env.LOG_LINES === "on") console.log(JSON.stringify({ at: new Date().toISOString(), ...fields }));
}
