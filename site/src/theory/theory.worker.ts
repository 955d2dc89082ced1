import { checkAll } from "../../../shared/theory/check-all.ts";
import type { FromTheoryWorker, ToTheoryWorker } from "./messages.ts";

// The checks take a few seconds, which the page must not feel; so a few networks answer within half a second, and all of them follow.

/** Networks of the first look. */
const FEW = 20;

const send = (message: FromTheoryWorker) => self.postMessage(message);

self.onmessage = ({ data: inputs }: MessageEvent<ToTheoryWorker>) => {
  const begun = performance.now();
  const pass = (kind: "looked" | "done", networks: number) => {
    for (const checked of checkAll({ ...inputs, networks })) send({ kind: "checked", checked });
    send({ kind, networks, ms: performance.now() - begun });
  };
  if (inputs.networks > FEW) pass("looked", FEW);
  pass("done", inputs.networks);
};
