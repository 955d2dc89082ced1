import type { Device } from "../../protocol/lease.ts";

/** Devices that are expected to round alike: provider, adapter (vendor and architecture), engine's version, browser's version and system. */
export function deviceKind({ provider, adapter, runtime, platform }: Device): string {
  const place = platform.replace(/^(Node \d+)\.\S+,/, "$1,");
  return [provider, ...(provider === "wasm" ? [] : [adapter ?? "unknown"]), runtime, place].join(", ");
}
