import { checkAll } from "../../../shared/theory/check-all.ts";
import type { FromTheoryWorker, ToTheoryWorker } from "./messages.ts";

// The checks take a second or two, which the page must not feel.

const send = (message: FromTheoryWorker) => self.postMessage(message);

self.onmessage = ({ data: inputs }: MessageEvent<ToTheoryWorker>) => {
  const begun = performance.now();
  for (const checked of checkAll(inputs)) send({ kind: "checked", checked });
  send({ kind: "done", ms: performance.now() - begun });
};
