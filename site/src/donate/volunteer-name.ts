import type { Me } from "../../../shared/protocol/session.ts";

const KEPT = "volunteer-name";

type Shown = Pick<Me, "alias" | "listed">;

/** The form in which a volunteer chooses the name that is shown with its results; nothing is sent, and no key made, before it is saved. */
class VolunteerName extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form) return;
    this.#show(kept());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  get #alias(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('[name="alias"]')!;
  }

  get #listed(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('[name="listed"]')!;
  }

  #show({ alias, listed }: Shown): void {
    this.#alias.value = alias ?? "";
    this.#listed.checked = listed;
  }

  async #save(): Promise<void> {
    const button = this.querySelector("button")!;
    button.disabled = true;
    this.#say("Saving …");
    try {
      const { changeMe } = await import("../volunteer/me.ts");
      const alias = this.#alias.value.trim();
      const me = await changeMe({ alias: alias === "" ? null : alias, listed: this.#listed.checked });
      keep(me);
      this.#show(me);
      const name = me.alias === null ? `as ${me.volunteer.slice(0, 8)}` : `as “${me.alias}”`;
      this.#say(`Saved: your results are shown ${name}, ${me.listed ? "and you are" : "and you are not"} on the list.`);
    } catch (error) {
      this.#say(`Not saved. ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      button.disabled = false;
    }
  }

  #say(text: string): void {
    this.querySelector('[role="status"]')!.textContent = text;
  }
}

function kept(): Shown {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "") as Shown;
  } catch {
    return { alias: null, listed: false };
  }
}

function keep({ alias, listed }: Shown): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify({ alias, listed }));
  } catch {
    // Then the form is empty at the next visit; the coordinator knows the name.
  }
}

if (!customElements.get("volunteer-name")) customElements.define("volunteer-name", VolunteerName);
