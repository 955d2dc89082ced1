import type { Problem } from "../../../shared/protocol/problem.ts";
import type { Rerun } from "../../../shared/protocol/rerun.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { listen } from "../live/feed.ts";
import { costWords, rerunCost } from "./rerun-cost.ts";
import { rerunRequest } from "./rerun-request.ts";
import { changes } from "./rerun-words.ts";

/** Asks the coordinator for a rerun; shows what it would cost before, and where it is after. The token goes nowhere else. */
class RerunForm extends HTMLElement {
  #stop: (() => void) | null = null;
  #experiments: readonly ExperimentSnapshot[] = [];
  #drawnFor = "";
  /** The same question twice is one rerun: the key stays until a field changes. */
  #key = crypto.randomUUID();

  connectedCallback(): void {
    this.addEventListener("input", this.#changed);
    this.addEventListener("submit", this.#submitted);
    this.#stop = listen(({ live, reachable }) => {
      if (reachable === null) return;
      this.#experiments = live?.experiments ?? [];
      const ids = this.#experiments.map(({ experiment }) => experiment.id).join();
      if (ids !== this.#drawnFor) this.#offer();
      this.#drawnFor = ids;
      this.#show();
    });
  }

  disconnectedCallback(): void {
    this.#stop?.();
    this.removeEventListener("input", this.#changed);
    this.removeEventListener("submit", this.#submitted);
  }

  get #form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  get #parent(): ExperimentSnapshot | undefined {
    const id = this.#text("experiment");
    return this.#experiments.find(({ experiment }) => experiment.id === id);
  }

  #text(name: string): string {
    const value = new FormData(this.#form).get(name);
    return typeof value === "string" ? value : "";
  }

  #offer(): void {
    const select = this.querySelector("select");
    const before = select?.value;
    select?.replaceChildren(...this.#experiments.map(({ experiment: { id, title } }) => new Option(`${title} (${id})`, id)));
    if (select && before && this.#experiments.some(({ experiment }) => experiment.id === before)) select.value = before;
    this.#offerVariants();
  }

  #offerVariants(): void {
    const plan = this.#parent?.experiment.plan;
    const boxes = (plan?.variants ?? []).map(({ id, label }) => {
      const line = document.createElement("label");
      const box = Object.assign(document.createElement("input"), {
        type: "checkbox",
        name: "variants",
        value: id,
        checked: true,
      });
      line.append(box, ` ${label}`);
      return line;
    });
    this.querySelector("[data-variants]")?.replaceChildren(...boxes);
    const placeholders = {
      seeds: plan?.seeds.join(", "),
      batchSize: plan?.spec.batchSize.toString(),
      steps: plan?.spec.steps.toString(),
      learningRate: plan && [...new Set(plan.variants.map(({ learningRate }) => learningRate))].join(", "),
    };
    for (const [name, text] of Object.entries(placeholders)) {
      const field = this.querySelector<HTMLInputElement>(`input[name="${name}"]`);
      if (field) field.placeholder = text ?? "";
    }
  }

  #asked() {
    const all = this.querySelectorAll('input[name="variants"]').length;
    const ticked = [...this.querySelectorAll<HTMLInputElement>('input[name="variants"]:checked')].map(({ value }) => value);
    const [experiment, seeds, learningRate] = [this.#text("experiment"), this.#text("seeds"), this.#text("learningRate")];
    const [batchSize, steps, reason] = [this.#text("batchSize"), this.#text("steps"), this.#text("reason")];
    return rerunRequest({ experiment, seeds, learningRate, batchSize, steps, reason, variants: ticked, allVariants: all });
  }

  #show(): void {
    const parent = this.#parent;
    const button = this.querySelector<HTMLButtonElement>('button[type="submit"]');
    const { request, faults } = this.#asked();
    if (button) button.disabled = !parent || faults !== null;
    if (!parent)
      return this.#say("cost", "No coordinator answers: a rerun needs one. It can be asked for as soon as it is back.");
    this.#say("cost", faults ? faults.join(" ") : costWords(rerunCost(request, parent)));
    this.querySelector('[data-slot="cost"]')?.toggleAttribute("data-fault", faults !== null);
  }

  readonly #changed = (event: Event): void => {
    this.#key = crypto.randomUUID();
    if ((event.target as HTMLElement).matches("select")) this.#offerVariants();
    this.#show();
  };

  readonly #submitted = (event: Event): void => {
    event.preventDefault();
    void this.#ask();
  };

  async #ask(): Promise<void> {
    const { request } = this.#asked();
    if (!request) return;
    this.#say("answer", "Asking the coordinator.");
    this.querySelector("[data-child]")?.replaceChildren();
    const headers = {
      authorization: `Bearer ${this.#text("token").trim()}`,
      "content-type": "application/json",
      "idempotency-key": this.#key,
    };
    try {
      const response = await fetch("/api/reruns", { method: "POST", headers, body: JSON.stringify(request) });
      const body: unknown = await response.json();
      if (response.ok) this.#answered(body as Rerun);
      else this.#refused(body);
    } catch {
      this.#say("answer", "Nobody answers. Nothing was asked for twice: pressing the button again is safe.");
    }
  }

  #answered(rerun: Rerun): void {
    const parent = this.#experiments.find(({ experiment }) => experiment.id === rerun.parent);
    this.#say("answer", `It is there: ${changes(rerun.plan, parent?.experiment.plan).join("; ")}.`);
    const link = Object.assign(document.createElement("a"), {
      href: `/rerun?id=${encodeURIComponent(rerun.id)}`,
      textContent: rerun.id,
    });
    this.querySelector("[data-child]")?.replaceChildren(link);
  }

  #refused(body: unknown): void {
    const { title, detail, errors, remedy } = (body ?? {}) as Partial<Problem>;
    if (!title || !detail) return this.#say("answer", "Something else than the coordinator answered.");
    const each = (errors ?? []).map(({ path, message }) => `${path}: ${message}.`);
    this.#say("answer", [`${title}: ${detail}.`.replace(/\.\.$/, "."), ...each, remedy ?? ""].filter(Boolean).join(" "));
  }

  #say(slot: string, text: string): void {
    const place = this.querySelector(`[data-slot="${slot}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

if (!customElements.get("rerun-form")) customElements.define("rerun-form", RerunForm);
