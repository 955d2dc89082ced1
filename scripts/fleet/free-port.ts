import { createServer } from "node:net";

/**
 * A port of this machine that nobody listens on.
 * @param wanted null: any
 * @throws Error when the wanted one is taken
 */
export function freePort(wanted: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) =>
      reject(
        new Error(
          `--port: ${wanted} is taken (${error.message}). Another port, or --url http://127.0.0.1:${wanted} to train for what runs there?`,
        ),
      ),
    );
    server.listen(wanted ?? 0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
