/** Keeps Wrangler and Astro from looking anything up on the network, and Wrangler's local trace store from growing. */
export const QUIET: Readonly<Record<string, string>> = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  ASTRO_TELEMETRY_DISABLED: "1",
  X_LOCAL_OBSERVABILITY: "false",
};
