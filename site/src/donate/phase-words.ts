import { servesWords } from "../../../shared/claims/judging/serves.ts";
import { auditWords } from "../../../shared/volunteer/audit-words.ts";
import type { Phase, VolunteerView } from "../../../shared/volunteer/view.ts";
import { duration, megabytes, operations, percent, plural } from "../words.ts";

export type Action = "start" | "pause" | "resume" | "stop" | "finish" | "go-on" | "take-over";

/** A phase as the volunteer meets it: words, how far it is, and what can be done about it. */
export interface PhaseWords {
  readonly title: string;
  readonly detail: string;
  /** `share` is between 0 and 1, or null while it cannot be known. */
  readonly progress: { readonly share: number | null; readonly words: string } | null;
  readonly actions: readonly Action[];
  readonly tone: "rest" | "busy" | "trouble";
}

const PREPARING = {
  runtime: ["Starting the training runtime", "Fetching ONNX Runtime and finding out what this device can do."],
  calibration: [
    "Checking your device",
    "A few steps of small networks whose outcome is known, once for each device: about 4 seconds.",
  ],
  dataset: ["Fetching CIFAR-10", "50,000 training and 10,000 test images. Your browser keeps them, so this happens once."],
  checkpoint: ["Fetching the checkpoint", "This run was begun by somebody else: you go on where they stopped."],
  model: ["Compiling the network", "Building its training graph and handing it to your device."],
} as const;

/** The words for what a volunteer is doing. @param isOnline as far as the browser knows */
export function phaseWords(view: VolunteerView, nowMs: number, isOnline = true): PhaseWords {
  const { phase, shard } = view;
  const run = shard ? `${shard.variantLabel}, seed ${shard.seed}` : "";
  const last = `${view.isLastShard ? " It ends with this shard." : ""}${isOnline ? "" : ` ${WITHOUT_NETWORK}`}`;
  const check = shard?.audit ? auditWords(shard.audit, shard) : null;
  const working: readonly Action[] = ["pause", view.isLastShard ? "go-on" : "finish", "stop"];
  switch (phase.kind) {
    case "stopped":
      return {
        title: "Not training",
        detail: "Nothing runs until you press the button.",
        progress: null,
        actions: ["start"],
        tone: "rest",
      };
    case "preparing":
      return {
        title: view.losses > 0 && phase.what === "runtime" ? "The device was lost" : PREPARING[phase.what][0],
        detail: view.losses > 0 && phase.what === "runtime" ? LOST : PREPARING[phase.what][1],
        progress: preparation(phase),
        actions: ["pause", "stop"],
        tone: "busy",
      };
    case "training":
      return {
        title: check?.title ?? "Training",
        detail: `${run}.${check ? ` ${check.why}` : ""}${last}`,
        progress: shardProgress(view),
        actions: working,
        tone: "busy",
      };
    case "evaluating":
      return {
        title: check?.title ?? "Testing",
        detail: `${run}: how many of the 10,000 test images does it get right?${check ? ` ${check.why}` : ""}${last}`,
        progress: {
          share: phase.total > 0 ? phase.done / phase.total : null,
          words: `${phase.done.toLocaleString("en")} of ${phase.total.toLocaleString("en")} images`,
        },
        actions: working,
        tone: "busy",
      };
    case "measuring":
      return {
        title: "Measuring",
        detail: `${run}: what do loss and gradient do around this step? Training goes on from the same weights afterwards.${last}`,
        progress: {
          share: phase.total > 0 ? phase.done / phase.total : null,
          words: `pass ${phase.done + 1} of ${phase.total}`,
        },
        actions: working,
        tone: "busy",
      };
    case "handing-in":
      return {
        title: "Handing in",
        detail: check
          ? "Sending what came out. It is compared with what was handed in before, and moves no curve."
          : "Sending the shard's measurements and its last checkpoint. Its curve moves as soon as they are accepted.",
        progress: { share: null, words: "Sending" },
        actions: ["stop"],
        tone: "busy",
      };
    case "paused":
      if (phase.because !== null)
        return {
          title: "Resting",
          detail: phase.because,
          progress: shardProgress(view),
          actions: ["stop"],
          tone: "rest",
        };
      return {
        title: "Paused",
        detail: shard
          ? "Your device is idle. The shard stays yours for a few minutes, and this device keeps its checkpoint."
          : "Your device is idle, and nothing is fetched. Training goes on from what this device has kept.",
        progress: shardProgress(view),
        actions: ["resume", "stop"],
        tone: "rest",
      };
    case "waiting":
      return {
        title: isOnline ? "Waiting" : "Offline",
        detail: isOnline ? phase.reason : OFFLINE,
        progress: { share: null, words: `Tries again in ${duration((phase.until - nowMs) / 1000)}` },
        actions: ["stop"],
        tone: "rest",
      };
    case "elsewhere":
      return {
        title: "Another tab is training",
        detail:
          "One tab of this browser trains at a time: two would share one device. Watch it there, or let this tab take over; the other one saves what it has and stops.",
        progress: null,
        actions: ["take-over"],
        tone: "rest",
      };
    case "failed":
      return { title: phase.message, detail: phase.remedy, progress: null, actions: ["start"], tone: "trouble" };
  }
}

const LOST =
  "The browser took the device away: a driver that restarted, sleep, or too little memory. Training starts again from the last checkpoint, and after three losses of a GPU the processor takes over.";
const WITHOUT_NETWORK = "This device has no network just now: training goes on, and the shard is handed in when it is back.";
const OFFLINE =
  "This device has no network. What was trained is kept here and goes on as soon as the coordinator can be reached.";

function preparation({ what, done, total }: Extract<Phase, { kind: "preparing" }>): PhaseWords["progress"] {
  if (what === "calibration")
    return { share: total ? (done ?? 0) / total : null, words: total ? `training ${(done ?? 0) + 1} of ${total}` : "Comparing" };
  if (done === null) return { share: null, words: what === "model" ? "Compiling" : "Fetching" };
  if (total === null || total === 0) return { share: null, words: megabytes(done) };
  return { share: Math.min(1, done / total), words: `${megabytes(done)} of ${megabytes(total)}` };
}

function shardProgress({ shard }: VolunteerView): PhaseWords["progress"] {
  if (!shard) return null;
  const done = shard.step - shard.fromStep;
  const all = shard.toStep - shard.fromStep;
  const left = shard.secondsLeft === null ? "" : `, about ${duration(shard.secondsLeft)} left`;
  return {
    share: all > 0 ? done / all : null,
    words: `${done.toLocaleString("en")} of ${plural(all, "step")} of this shard${left}`,
  };
}

/** The numbers of the shard in hand, by the name of their place on the page. */
export function shardFacts({ shard, device, deviceReason, contribution }: VolunteerView): Readonly<Record<string, string>> {
  const none = "–";
  return {
    experiment: shard?.experimentTitle ?? none,
    variant: shard?.variantLabel ?? none,
    seed: shard ? String(shard.seed) : none,
    serves: servesWords(shard?.serves ?? []) ?? "",
    step: shard ? `${shard.step.toLocaleString("en")} of ${shard.steps.toLocaleString("en")}` : none,
    range: shard ? `${shard.fromStep.toLocaleString("en")}–${shard.toStep.toLocaleString("en")}` : none,
    loss: shard?.loss == null ? none : lossWords(shard.loss),
    accuracy: shard?.accuracy == null ? none : percent(shard.accuracy),
    speed: shard?.stepsPerSecond == null ? none : `${shard.stepsPerSecond.toFixed(shard.stepsPerSecond < 10 ? 2 : 0)} steps/s`,
    throughput: shard?.stepsPerSecond == null ? none : `${threeDigits(shard.stepsPerSecond * shard.batchSize)} examples/s`,
    operations: shard?.stepsPerSecond == null ? none : operations(shard.stepsPerSecond * shard.flopsPerStep),
    left: shard?.secondsLeft == null ? none : duration(shard.secondsLeft),
    device: device
      ? [PROVIDERS[device.provider], device.adapter, device.threads > 1 ? `${device.threads} threads` : null]
          .filter(Boolean)
          .join(", ")
      : "Chosen when you start",
    deviceReason: deviceReason ?? "",
    shards: contribution.shards.toLocaleString("en"),
    steps: contribution.steps.toLocaleString("en"),
    time: contribution.trainMs > 0 ? duration(contribution.trainMs / 1000) : "0 s",
  };
}

/** Three digits after the point, and thousands apart: the deep linear network begins with losses of ten thousands. */
const lossWords = (loss: number): string => loss.toLocaleString("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

const threeDigits = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en");

const PROVIDERS = { webgpu: "GPU (WebGPU)", wasm: "Processor (WebAssembly)", cpu: "Processor" } as const;
