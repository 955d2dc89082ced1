// Runs before the others, in whatever Node is there, before anything is installed: hence plain JavaScript.
import { existsSync } from "node:fs";

if (
  !existsSync(new URL("../node_modules/.bin/wrangler", import.meta.url)) &&
  !existsSync(new URL("../node_modules/.bin/wrangler.cmd", import.meta.url))
) {
  console.error("The packages are not installed yet. Run this first, in this folder:\n\n  npm ci\n");
  process.exit(1);
}
