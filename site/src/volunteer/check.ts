/** What the page of the check says when it was passed; it comes over a channel because that page is kept apart from those that train. */
interface Passed {
  readonly answer: string;
}

const PATIENCE_MS = 4 * 60_000;

/** Where a deployment asks for Turnstile: its page, in a window of its own, since nothing of another origin loads in the pages that train. False: blocked. */
export const openCheck = (): boolean => open("/api/check", "check", "popup,width=420,height=360") !== null;

/** Waits for somebody to pass the check. @throws Error when nobody does in time */
export function passedCheck(): Promise<string> {
  const channel = new BroadcastChannel("check");
  return new Promise<string>((resolve, reject) => {
    channel.onmessage = ({ data }: MessageEvent<Passed>) => resolve(data.answer);
    setTimeout(() => reject(new Error("The check was not passed in time.")), PATIENCE_MS);
  }).finally(() => channel.close());
}
