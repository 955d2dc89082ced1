import { expect, test } from "vitest";
import { networkPrefix } from "../../../workers/identity/network.ts";

test.each([
  ["203.0.113.7", "203.0.113.0/24"],
  ["::ffff:203.0.113.200", "203.0.113.0/24"],
  ["2001:db8:12::1", "2001:db8:12::/48"],
  ["2001:DB8:0012:ffff:1:2:3:4", "2001:db8:12::/48"],
  ["2001:db8::5", "2001:db8:0::/48"],
  ["::1", "0:0:0::/48"],
  ["local", "local"],
])("%s belongs to %s", (address, network) => {
  expect(networkPrefix(address)).toBe(network);
});
