import type { SocketEvent } from "../../shared/protocol/socket.ts";

/** The object that holds the volunteers' sockets. */
export const sockets = (env: Env) => env.SOCKETS.getByName("sockets");

/** Tells everyone who is connected; that nobody hears it is no failure, since whoever wants to know can ask. */
export async function announce(env: Env, event: SocketEvent): Promise<void> {
  try {
    await sockets(env).broadcast(event);
  } catch (error) {
    console.error(`socket: ${event.event} was not announced`, error);
  }
}
