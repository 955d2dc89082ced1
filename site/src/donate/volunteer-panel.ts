import type { ShardView, VolunteerView } from "../../../shared/volunteer/view.ts";
import { drawExamples, stripWords } from "./example-strip.ts";
import { phaseWords, shardFacts } from "./phase-words.ts";
import { lookAt, watchVolunteer } from "./session.ts";
import { axisNumber, curvePath } from "./shard-curve.ts";
import { showActions, showProgress } from "./show.ts";

/** The donate page's view of this volunteer: what it does, the shard in hand, its curve, what it has given. */
class VolunteerPanel extends HTMLElement {
  #stop: (() => void) | null = null;
  #clock: ReturnType<typeof setInterval> | undefined;
  #drawn: VolunteerView["examples"] = null;

  connectedCallback(): void {
    lookAt(true);
    let latest: VolunteerView | null = null;
    this.#stop = watchVolunteer((view) => {
      latest = view;
      this.#show(view);
    });
    this.#clock = setInterval(() => {
      if (latest?.phase.kind === "waiting") this.#show(latest);
    }, 1000);
  }

  disconnectedCallback(): void {
    lookAt(false);
    this.#stop?.();
    clearInterval(this.#clock);
  }

  #show(view: VolunteerView): void {
    const words = phaseWords(view, Date.now(), navigator.onLine);
    this.dataset.phase = view.phase.kind;
    this.dataset.tone = words.tone;
    const facts = { ...shardFacts(view), title: words.title, detail: words.detail, progress: words.progress?.words ?? "" };
    for (const [name, text] of Object.entries(facts)) {
      for (const place of this.querySelectorAll(`[data-slot="${name}"]`))
        if (place.textContent !== text) place.textContent = text;
    }
    const [nearest] = view.shard?.serves ?? [];
    this.querySelectorAll<HTMLElement>("[data-needs-claims]").forEach((part) => (part.hidden = nearest === undefined));
    if (nearest) this.querySelector<HTMLAnchorElement>("[data-claim-link]")!.href = `/claims#${nearest.claim}`;
    showProgress(this, words.progress);
    showActions(this, words.actions);
    const start = this.querySelector('[data-action="start"]');
    if (start) start.textContent = words.tone === "trouble" ? "Try again" : "Donate your GPU";
    this.#curves(view.shard);
    this.#examples(view.examples);
    this.#notes(view);
  }

  #curves(shard: ShardView | null): void {
    const range: [number, number] = [shard?.fromStep ?? 0, shard?.toStep ?? 1];
    const curve = shard?.curve ?? [];
    const highest = Math.max(2.5, ...curve.map(({ loss }) => loss ?? 0));
    const draw = (name: string, path: string) => this.querySelector(`[data-curve="${name}"]`)?.setAttribute("d", path);
    draw(
      "loss",
      curvePath(
        curve.map(({ step, loss }) => ({ x: step, y: loss })),
        range,
        [0, highest],
      ),
    );
    draw(
      "accuracy",
      curvePath(
        curve.map(({ step, accuracy }) => ({ x: step, y: accuracy })),
        range,
        [0, 1],
      ),
    );
    // A network of the linear kind has no accuracy to show.
    const accuracy = this.querySelector<HTMLElement>('[data-figure="accuracy"]');
    if (accuracy) accuracy.hidden = curve.length > 0 && curve.every((point) => point.accuracy === null);
    const ends = { from: range[0].toLocaleString("en"), to: range[1].toLocaleString("en"), highest: axisNumber(highest) };
    for (const [name, text] of Object.entries(ends)) {
      for (const place of this.querySelectorAll(`[data-slot="${name}"]`)) place.textContent = shard ? text : "";
    }
    this.querySelectorAll<HTMLElement>("[data-needs-shard]").forEach((part) => (part.hidden = shard === null));
    this.querySelectorAll<HTMLElement>("[data-without-shard]").forEach((part) => (part.hidden = shard !== null));
  }

  #examples(examples: VolunteerView["examples"]): void {
    this.querySelectorAll<HTMLElement>("[data-needs-examples]").forEach((part) => (part.hidden = examples === null));
    if (examples === this.#drawn) return;
    this.#drawn = examples;
    const list = this.querySelector("[data-examples]");
    const caption = this.querySelector('[data-slot="examples"]');
    if (!examples || !list || !caption) return;
    caption.textContent = stripWords(examples);
    drawExamples(list, examples);
  }

  #notes({ notes }: VolunteerView): void {
    const list = this.querySelector("[data-notes]");
    if (!list) return;
    const shown = [...notes].reverse().slice(0, 8);
    list.replaceChildren(
      ...shown.map(({ at, text }) => {
        const line = document.createElement("li");
        const time = document.createElement("time");
        time.dateTime = new Date(at).toISOString();
        time.textContent = new Date(at).toLocaleTimeString("en-GB");
        line.append(time, ` ${text}`);
        return line;
      }),
    );
    this.querySelectorAll<HTMLElement>("[data-needs-notes]").forEach((part) => (part.hidden = shown.length === 0));
  }
}

if (!customElements.get("volunteer-panel")) customElements.define("volunteer-panel", VolunteerPanel);
