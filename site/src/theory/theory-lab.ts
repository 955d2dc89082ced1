import type { Checked } from "../../../shared/theory/check-all.ts";
import { DEFAULT_INPUTS, type TheoryInputs } from "../../../shared/theory/inputs.ts";
import { checkHtml, sameCounts } from "./check-html.ts";
import { defaultPosition, inputsFrom, seedFrom, sliders, valueWords } from "./controls.ts";
import type { FromTheoryWorker, ToTheoryWorker } from "./messages.ts";

/** A moving slider is waited for. */
const SETTLE_MS = 200;

/** The theory page come alive: the reader's own browser checks every statement, for the inputs that the reader sets. */
class TheoryLab extends HTMLElement {
  #worker: Worker | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #shown: Checked[] = [];
  #atBuild: Pick<Checked, "findings">[] = [];

  connectedCallback(): void {
    this.#atBuild = JSON.parse(this.querySelector("[data-at-build]")?.textContent ?? "[]") as Pick<Checked, "findings">[];
    this.addEventListener("input", this.#changed);
    this.addEventListener("click", this.#pressed);
    this.#compute();
  }

  disconnectedCallback(): void {
    clearTimeout(this.#settling);
    this.#end();
    this.removeEventListener("input", this.#changed);
    this.removeEventListener("click", this.#pressed);
  }

  #changed = (): void => {
    for (const slider of sliders) {
      const words = valueWords(slider, slider.values[this.#position(slider.name)]!);
      this.#control(slider.name).setAttribute("aria-valuetext", words);
      this.querySelector(`[data-value="${slider.name}"]`)!.textContent = words;
    }
    const isSeed = seedFrom(this.#control("seed").value) !== null;
    this.#control("seed").setAttribute("aria-invalid", String(!isSeed));
    if (!isSeed) return this.#say("The seed: want a whole number from 0 to 4,294,967,295.");
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#compute(), SETTLE_MS);
  };

  #pressed = ({ target }: Event): void => {
    const action = target instanceof Element ? target.closest<HTMLElement>("[data-action]")?.dataset["action"] : undefined;
    if (action === undefined) return;
    if (action === "reset") {
      for (const slider of sliders) this.#control(slider.name).value = String(defaultPosition(slider));
      this.#control("seed").value = String(DEFAULT_INPUTS.seed);
    } else this.#control("seed").value = String((seedFrom(this.#control("seed").value) ?? 0) + 1);
    this.#changed();
  };

  #compute(): void {
    const inputs = this.#inputs();
    this.#end();
    this.#shown = [];
    this.#say("Your browser is computing. Until a statement is done, its last numbers stand.");
    this.#worker = new Worker(new URL("./theory.worker.ts", import.meta.url), { type: "module", name: "theory" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromTheoryWorker>) => this.#heard(data, inputs);
    this.#worker.onerror = () => {
      this.#end();
      this.#say("Your browser could not compute. These are the numbers of the build, or of your last inputs.");
    };
    this.#worker.postMessage(inputs satisfies ToTheoryWorker);
  }

  #heard(message: FromTheoryWorker, inputs: TheoryInputs): void {
    if (message.kind === "checked") {
      this.#shown.push(message.checked);
      const place = this.querySelector<HTMLElement>(`[data-statement="${message.checked.id}"]`);
      if (place) place.innerHTML = checkHtml(message.checked, place.dataset["name"] ?? "");
      return;
    }
    if (message.kind === "looked") {
      this.#shown = [];
      const { networks, ms } = message;
      this.#say(
        `A first look, with ${networks} networks, took ${(ms / 1000).toFixed(1)} s; all ${inputs.networks} of them follow.`,
      );
      return;
    }
    this.#end();
    const isDefault = Object.entries(DEFAULT_INPUTS).every(([name, value]) => inputs[name as keyof TheoryInputs] === value);
    const agrees = !isDefault
      ? ""
      : sameCounts(this.#shown, this.#atBuild)
        ? " Every count is that of the build."
        : " Some counts are not those of the build: your browser rounds differently.";
    const broken = this.#shown.filter((one) => !one.holds).length;
    const found = broken === 0 ? "Everything that is proved held." : `In ${broken} something that is proved did not hold.`;
    this.#say(`Computed by your browser in ${(message.ms / 1000).toFixed(1)} s. ${found}${agrees}`);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #inputs(): TheoryInputs {
    const positions = Object.fromEntries(sliders.map(({ name }) => [name, this.#position(name)])) as Parameters<
      typeof inputsFrom
    >[0];
    return inputsFrom(positions, seedFrom(this.#control("seed").value) ?? DEFAULT_INPUTS.seed);
  }

  #position(name: string): number {
    return Number(this.#control(name).value);
  }

  #control(name: string): HTMLInputElement {
    return this.querySelector<HTMLInputElement>(`input[name="${name}"]`)!;
  }

  #say(words: string): void {
    this.querySelector("[data-status]")!.textContent = words;
  }
}

if (!customElements.get("theory-lab")) customElements.define("theory-lab", TheoryLab);
