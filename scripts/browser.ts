import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright";

/** A Chromium that starts on this machine. */
export interface Browser {
  readonly executablePath: string;
  /** Where it came from, in words. */
  readonly source: string;
  /** Variables that it needs besides the inherited ones (its own shared libraries). */
  readonly env: Readonly<Record<string, string>>;
}

const ROOT = path.resolve(import.meta.dirname, "..");

/** Flags for tests: WebGPU on the software rasteriser where there is no GPU; root needs --no-sandbox. */
export const BROWSER_FLAGS = ["--no-sandbox", "--enable-unsafe-webgpu", "--enable-unsafe-swiftshader"];

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The first that starts: CHROME_PATH, Playwright's own, an installed Chromium or Chrome, and else the one that the
 * package registry ships (Linux, x64).
 * @throws Error with what was tried and the three remedies
 */
export async function resolveBrowser(): Promise<Browser> {
  const tried: string[] = [];
  const wanted = process.env["CHROME_PATH"];
  if (wanted !== undefined && wanted !== "") {
    const failure = whyNot(wanted, {});
    if (failure === null) return { executablePath: wanted, source: "CHROME_PATH", env: {} };
    throw new Error(
      `CHROME_PATH is ${wanted}, which does not start (${failure}). Mend it, or unset it to let the tests look for a browser.`,
    );
  }
  for (const [executablePath, source] of [
    [chromium.executablePath(), "Playwright's own"] as const,
    ...INSTALLED.map((file) => [file, "installed on this machine"] as const),
  ]) {
    if (!existsSync(executablePath)) continue;
    const failure = whyNot(executablePath, {});
    if (failure === null) return { executablePath, source, env: {} };
    tried.push(`${executablePath}: ${failure}`);
  }
  const shipped = await unpackShipped().catch((error: unknown) => String(error));
  if (typeof shipped === "object") return shipped;
  tried.push(`@sparticuz/chromium: ${shipped}`);
  throw new Error(
    `No Chromium starts on this machine (${tried.join("; ")}). One of these helps:\n` +
      "  1. install one: apt-get install chromium (Debian), or Google Chrome elsewhere;\n" +
      "  2. npx playwright install --with-deps chromium;\n" +
      "  3. set CHROME_PATH to the executable of a Chromium or Chrome.",
  );
}

/** Chromium out of the npm package @sparticuz/chromium, with the shared libraries it brings for machines that lack them. */
async function unpackShipped(): Promise<Browser | string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return `only for Linux on x64, this is ${process.platform} on ${process.arch}`;
  const manifest = path.join(ROOT, "node_modules/@sparticuz/chromium/package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const folder = path.join(ROOT, `.cache/chromium-${version}`);
  if (!existsSync(folder)) {
    const { default: shipped, inflate } = await import("@sparticuz/chromium");
    const part = `${folder}.${process.pid}.part`;
    await mkdir(part, { recursive: true });
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = part; // The package unpacks into the temporary folder and offers no other choice.
    try {
      await shipped.executablePath();
      await inflate(path.join(path.dirname(manifest), "bin/al2023.tar.br"));
      await rename(part, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error; // Another process was faster: then its copy serves.
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      await rm(part, { recursive: true, force: true });
    }
  }
  const executablePath = path.join(folder, "chromium");
  const source = "from the npm package @sparticuz/chromium";
  const env = { FONTCONFIG_FILE: await fontsOf(folder) };
  if (whyNot(executablePath, env) === null) return { executablePath, source, env };
  const own = {
    ...env,
    LD_LIBRARY_PATH: [path.join(folder, "al2023/lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
  };
  const failure = whyNot(executablePath, own);
  return failure ?? { executablePath, source: `${source}, with its shared libraries`, env: own };
}

/** A list of the fonts that came along and of the machine's own. The package's names folders of another machine, and without any font Chromium crashes. */
async function fontsOf(folder: string): Promise<string> {
  const file = path.join(folder, "fonts.conf");
  const places = [path.join(folder, "fonts"), "/usr/share/fonts", "/usr/local/share/fonts"];
  const lines = [...places.map((place) => `<dir>${place}</dir>`), `<cachedir>${path.join(folder, "fonts-cache")}</cachedir>`];
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, `<?xml version="1.0"?>\n<fontconfig>${lines.join("")}</fontconfig>\n`);
  await rename(part, file);
  return file;
}

/** Null when it starts and says its version, else what it said instead. */
function whyNot(executablePath: string, env: Readonly<Record<string, string>>): string | null {
  const run = spawnSync(executablePath, ["--version"], { encoding: "utf8", env: { ...process.env, ...env }, timeout: 30_000 });
  if (run.status === 0) return null;
  return (run.error?.message ?? run.stderr.trim().split("\n").at(-1)) || `exit ${run.status ?? run.signal}`;
}

if (import.meta.main) {
  try {
    const browser = await resolveBrowser();
    console.log(`${browser.executablePath} (${browser.source})`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
