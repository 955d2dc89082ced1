import { auditWords } from "../../shared/volunteer/audit-words.ts";
import { servesWords } from "../../shared/claims/judging/serves.ts";
import type { VolunteerView } from "../../shared/volunteer/view.ts";

const LINE_EVERY_MS = 100;
const PLAIN_EVERY_MS = 15_000;

/** Shows a volunteer's views: one line that is rewritten on a terminal, else a plain line when something changes or time passes. */
export function progress(out: NodeJS.WriteStream, now: () => number): (view: VolunteerView) => void {
  let shownMs = 0;
  let shownPhase = "";
  let shownNote: object | undefined;
  let shownShard: string | undefined;
  return (view) => {
    const note = view.notes.at(-1);
    if (note && note !== shownNote) {
      shownNote = note;
      out.write(`${out.isTTY ? "\r\x1b[K" : ""}${note.text}\n`);
    }
    if (view.shard && view.shard.shard !== shownShard) {
      shownShard = view.shard.shard;
      const serves = servesWords(view.shard.serves);
      const check = view.shard.audit && auditWords(view.shard.audit, view.shard);
      if (check) out.write(`${out.isTTY ? "\r\x1b[K" : ""}${check.title}. ${check.why}\n`);
      if (serves) out.write(`${out.isTTY ? "\r\x1b[K" : ""}This shard serves ${serves}\n`);
    }
    const kind = view.phase.kind === "preparing" ? `preparing ${view.phase.what}` : view.phase.kind;
    const changed = kind !== shownPhase;
    if (!changed && now() - shownMs < (out.isTTY ? LINE_EVERY_MS : PLAIN_EVERY_MS)) return;
    shownMs = now();
    shownPhase = kind;
    const line = describe(view, now());
    out.write(out.isTTY ? `\r\x1b[K${line.slice(0, (out.columns || 80) - 1)}` : `${line}\n`);
  };
}

/** A view as one line of words. */
export function describe({ phase, shard, device }: VolunteerView, nowMs: number): string {
  switch (phase.kind) {
    case "stopped":
      return "Stopped.";
    case "preparing":
      return `${PREPARING[phase.what]}${phase.what === "calibration" ? "" : amount(phase.done, phase.total)} ...`;
    case "waiting":
      return `${phase.reason} Trying again in ${Math.max(0, Math.ceil((phase.until - nowMs) / 1000))} s.`;
    case "failed":
      return `${phase.message} ${phase.remedy}`;
    case "evaluating":
      return `${where(shard)} | ${shard?.audit ? "checking, " : ""}testing: ${phase.done} of ${phase.total} images`;
    case "measuring":
      return `${where(shard)} | step ${shard?.step ?? 0}: measuring, pass ${phase.done + 1} of ${phase.total}`;
    case "handing-in":
      return `${where(shard)} | handing in ...`;
    case "elsewhere":
      return "Another tab is training.";
    case "paused":
      return `${where(shard)} | paused${phase.because === null ? "" : `: ${phase.because}`}`;
    case "training": {
      if (!shard) return "Training";
      const loss = shard.loss === null ? "" : ` | loss ${shard.loss.toFixed(3)}`;
      const accuracy = shard.accuracy === null ? "" : ` | batch accuracy ${(100 * shard.accuracy).toFixed(0)}%`;
      const speed =
        shard.stepsPerSecond === null ? "" : ` | ${shard.stepsPerSecond.toPrecision(3)} steps/s on ${device?.provider ?? "?"}`;
      const left = shard.secondsLeft === null ? "" : ` | shard done in ${duration(shard.secondsLeft)}`;
      const { step, fromStep, toStep, steps } = shard;
      const what = shard.audit ? "check of" : "shard";
      return `${where(shard)} | step ${step} (${what} ${fromStep} to ${toStep} of ${steps})${loss}${accuracy}${speed}${left}`;
    }
  }
}

const PREPARING = {
  runtime: "Starting ONNX Runtime",
  calibration: "Checking this device on trainings with known outcomes (a few seconds)",
  dataset: "Reading CIFAR-10 (fetched once, then kept)",
  checkpoint: "Fetching a shard",
  model: "Compiling the network",
} as const;

const where = (shard: VolunteerView["shard"]) => (shard ? `${shard.variantLabel}, seed ${shard.seed}` : "");

function amount(done: number | null, total: number | null): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
  if (done === null) return "";
  return total === null ? `, ${mb(done)} MB` : `, ${mb(done)} of ${mb(total)} MB`;
}

/** Seconds in words. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}
