import { freePort } from "../fleet/free-port.ts";
import { endTree, startTree } from "../start/process-tree.ts";
import type { Engine } from "./engine.ts";

const PATIENCE_MS = 30_000;

/**
 * WebKitGTK's MiniBrowser, Safari's engine on Linux, by the WebDriver protocol. It has no headless mode: a virtual screen stands in.
 * @param browser for example /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser
 */
export async function openWebKit(browser: string, width: number, height: number): Promise<Engine> {
  const port = await freePort(null);
  const screen = ["-a", "-s", `-screen 0 ${width}x${height}x24`];
  const driver = startTree("xvfb-run", [...screen, "WebKitWebDriver", `--port=${port}`], process.env);
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`WebKitWebDriver: ${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  };
  await untilReady(() => call("GET", "/status"));
  const options = { binary: browser, args: ["--automation"] };
  const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options, timeouts: { script: 120_000, pageLoad: 120_000 } } };
  const opened = await call<{ sessionId: string; capabilities: { browserName: string; browserVersion: string } }>(
    "POST",
    "/session",
    { capabilities },
  );
  const session = `/session/${opened.sessionId}`;
  await call("POST", `${session}/window/maximize`, {});
  return {
    name: `WebKitGTK ${opened.capabilities.browserVersion} (${opened.capabilities.browserName})`,
    open: (address) => call("POST", `${session}/url`, { url: address }),
    ask: (expression) => call("POST", `${session}/execute/sync`, { script: `return (${expression})`, args: [] }),
    picture: async () => Buffer.from(await call<string>("GET", `${session}/screenshot`), "base64"),
    close: async () => {
      await call("DELETE", session).catch(() => undefined);
      await endTree(driver);
    },
  };
}

async function untilReady(asked: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return void (await asked());
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`WebKitWebDriver did not come up in ${PATIENCE_MS / 1000} s.`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
