import { type Adapter, chooseProvider, findAdapter } from "../volunteer/provider.ts";
import type { Surroundings } from "../volunteer/rules.ts";
import { change, type Settings, settings, watchSettings } from "../volunteer/settings.ts";
import { allowIdle, canTell, watchSurroundings } from "../volunteer/surroundings.ts";
import { megabytes } from "../words.ts";
import { deviceAdvice, nowWords } from "./setting-words.ts";

type Rule = { [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never }[keyof Settings];

/** The donate page's settings: how much of the device, when and where. */
class VolunteerSettings extends HTMLElement {
  #stops: (() => void)[] = [];
  #adapter: Adapter | null | undefined;
  #around: Surroundings | null = null;

  connectedCallback(): void {
    this.addEventListener("change", this.#changed);
    this.#stops = [
      watchSettings(() => this.#show()),
      watchSurroundings((around) => {
        this.#around = around;
        this.#show();
      }),
    ];
    void findAdapter((navigator as { gpu?: GPU }).gpu).then((adapter) => {
      this.#adapter = adapter;
      this.#show();
      this.#put("device", this.#device());
    });
  }

  disconnectedCallback(): void {
    this.removeEventListener("change", this.#changed);
    for (const stop of this.#stops) stop();
  }

  #show(): void {
    const chosen = settings();
    const can: Partial<Record<Rule, boolean>> = {};
    const { isCharging, isInUse, isMetered, keepAwake } = canTell();
    Object.assign(can, { onlyPluggedIn: isCharging, onlyIdle: isInUse, onlyUnmetered: isMetered, keepAwake });
    for (const box of this.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
      const rule = box.name as Rule;
      box.checked = chosen[rule] && can[rule] !== false;
      box.disabled = can[rule] === false;
      this.#put(rule, can[rule] === false ? "This browser does not tell." : nowWords(rule, this.#around));
    }
    for (const radio of this.querySelectorAll<HTMLInputElement>('input[name="duty"]'))
      radio.checked = Number(radio.value) === chosen.duty;
    for (const radio of this.querySelectorAll<HTMLInputElement>('input[name="provider"]'))
      radio.checked = radio.value === (chosen.provider ?? "");
    for (const radio of this.querySelectorAll<HTMLInputElement>('input[name="dataLimit"]'))
      radio.checked = radio.value === String(chosen.dataLimit ?? "");
    this.#put("data", megabytes(this.#around?.bytesToday ?? 0));
  }

  #device(): string {
    return deviceAdvice(this.#adapter, chooseProvider(this.#adapter, settings().provider, 0));
  }

  readonly #changed = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    switch (field.name) {
      case "duty":
        return change({ duty: Number(field.value) });
      case "provider":
        change({ provider: field.value === "webgpu" || field.value === "wasm" ? field.value : null });
        return this.#put("device", this.#device());
      case "dataLimit":
        return change({ dataLimit: field.value === "" ? null : Number(field.value) });
      case "onlyIdle":
        return void this.#idle(field);
      default:
        return change({ [field.name]: field.checked });
    }
  };

  /** The browser asks the person first. */
  async #idle(field: HTMLInputElement): Promise<void> {
    const isWanted = field.checked;
    const isAllowed = isWanted && (await allowIdle());
    change({ onlyIdle: isAllowed });
    this.#show();
    if (isWanted && !isAllowed) this.#put("onlyIdle", "The browser was not allowed to tell.");
  }

  #put(slot: string, text: string): void {
    const place = this.querySelector(`[data-slot="${slot}"]`);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

if (!customElements.get("volunteer-settings")) customElements.define("volunteer-settings", VolunteerSettings);
