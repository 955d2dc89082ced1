/** A browser of another engine than Chromium's, as far as the journey needs it. */
export interface Engine {
  /** Name and version, as the browser says them. */
  readonly name: string;
  open(address: string): Promise<void>;
  /** What an expression (or the promise it gives) comes to in the page; it must survive JSON. */
  ask<T>(expression: string): Promise<T>;
  /** The window as a PNG. */
  picture(): Promise<Uint8Array>;
  close(): Promise<void>;
}
