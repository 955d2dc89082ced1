import type { ExperimentStatus, OperatorStatus } from "../../../shared/protocol/operator.ts";
import { saveAs } from "../live/save-as.ts";
import { instant, plural } from "../words.ts";
import { OperatorApi, Refusal } from "./api.ts";
import { askReason } from "./ask-dialog.ts";
import { experimentRows } from "./experiment-rows.ts";
import { rerunRequest } from "./rerun-form.ts";
import { entryWords, studyWords } from "./words.ts";

const EVERY_MS = 10_000;
const LOG_SHOWN = 50;
/** Kept for this tab only: it ends with it, and no other site or page of the browser sees it. */
const KEPT = "operator-token";

/** The operator's page: asks for the token, then shows the study as it is and does what its buttons say. */
class OperatorDesk extends HTMLElement {
  #api: OperatorApi | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #status: OperatorStatus | null = null;

  connectedCallback(): void {
    this.#part("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#open(this.#part<HTMLInputElement>("token").value.trim());
    });
    this.#press("forget", () => this.#close("The token is forgotten."));
    this.#press("pause-study", () => this.#pause(null));
    this.#press("export", () => this.#do("", () => this.#export()));
    this.#part("rerun-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.currentTarget as HTMLFormElement;
      void this.#do("", async (api) => {
        const { id } = await api.rerun(rerunRequest(new FormData(form)));
        form.reset();
        return `Asked for: ${id}.`;
      });
    });
    this.#part("void-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#void(event.currentTarget as HTMLFormElement);
    });
    const kept = sessionStorage.getItem(KEPT);
    if (kept) void this.#open(kept);
    this.#timer = setInterval(() => {
      if (this.#api && !document.hidden) void this.#refresh();
    }, EVERY_MS);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
  }

  async #open(token: string): Promise<void> {
    if (token === "") return this.#say("Enter the token: npm start prints it.");
    this.#api = new OperatorApi(token);
    if (!(await this.#refresh())) return;
    sessionStorage.setItem(KEPT, token);
    this.#part<HTMLInputElement>("token").value = "";
    this.#show("desk");
    this.#say("");
  }

  #close(words: string): void {
    this.#api = null;
    this.#status = null;
    sessionStorage.removeItem(KEPT);
    this.#show("door");
    this.#say(words);
  }

  /** @returns whether the coordinator answered */
  async #refresh(): Promise<boolean> {
    const api = this.#api;
    if (!api) return false;
    try {
      const status = await api.status();
      const log = await api.log(status.log.n, LOG_SHOWN);
      this.#status = status;
      this.#part("study").textContent = studyWords(status);
      this.#part("pause-study").textContent = status.paused === null ? "Pause the study" : "Resume the study";
      this.#part("experiments").replaceChildren(...experimentRows(status, (one) => void this.#pause(one)));
      this.#choices(status.experiments);
      this.#part("log").replaceChildren(
        ...log.map((entry) => {
          const item = document.createElement("li");
          const when = Object.assign(document.createElement("time"), { dateTime: entry.at, textContent: instant(entry.at) });
          const hash = Object.assign(document.createElement("code"), {
            textContent: entry.sha256.slice(0, 8),
            title: entry.sha256,
          });
          const words = Object.assign(document.createElement("span"), { textContent: `${entry.n}. ${entryWords(entry)}` });
          item.append(words, when, hash);
          return item;
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Refusal && (error.status === 401 || error.status === 403)) this.#close(error.message);
      else this.#say(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #choices(experiments: readonly ExperimentStatus[]): void {
    const select = this.#part<HTMLSelectElement>("experiment");
    const ids = experiments.map(({ id }) => id);
    if ([...select.options].map(({ value }) => value).join() === ids.join()) return;
    select.replaceChildren(...experiments.map(({ id, title }) => new Option(`${title} (${id})`, id)));
  }

  /** Pauses or resumes an experiment, or the whole study. */
  async #pause(experiment: ExperimentStatus | null): Promise<void> {
    if (!this.#status) return;
    const isPaused = (experiment ?? this.#status).paused !== null;
    const name = experiment?.id ?? "the study";
    const reason = await askReason(this.#part<HTMLDialogElement>("dialog"), {
      title: `${isPaused ? "Resume" : "Pause"} ${name}?`,
      text: isPaused
        ? "Volunteers are given shards again. The reason stands in the log that anyone can read."
        : "Nothing more is leased out. What is being trained may still be handed in. The reason is told to volunteers and stands in the log that anyone can read.",
      action: isPaused ? "Resume" : "Pause",
    });
    if (reason === null) return;
    await this.#do("", async (api) => {
      const entry = await api.setPaused(!isPaused, experiment?.id ?? null, reason);
      return `${entryWords(entry)}.`;
    });
  }

  async #void(form: HTMLFormElement): Promise<void> {
    const entered = new FormData(form).get("volunteer");
    const volunteer = typeof entered === "string" ? entered.trim() : "";
    if (volunteer === "") return this.#say("Enter the volunteer's id, as results and provenance name it.");
    const reason = await askReason(this.#part<HTMLDialogElement>("dialog"), {
      title: `Void volunteer ${volunteer.slice(0, 8)}?`,
      text: "All of its results, and what continued from them, leave every experiment; the same seeds are leased again, and it gets no more shards. Nothing is deleted, but it cannot be taken back. The reason stands in the log that anyone can read.",
      action: "Void",
    });
    if (reason === null) return;
    await this.#do("", async (api) => {
      const results = await api.void(volunteer, reason);
      form.reset();
      return `Voided: ${plural(results, "result")} no longer count.`;
    });
  }

  async #export(): Promise<string> {
    const lines = await this.#api!.export();
    saveAs(lines, `batchnorm-at-home-${new Date().toISOString().slice(0, 10)}.jsonl`);
    return "Downloaded.";
  }

  /** Does something and says what came of it; then shows the study as it is. */
  async #do(before: string, what: (api: OperatorApi) => Promise<string>): Promise<void> {
    if (!this.#api) return;
    this.#say(before);
    try {
      this.#say(await what(this.#api));
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
      return;
    }
    await this.#refresh();
  }

  #say(words: string): void {
    this.#part("said").textContent = words;
  }

  #show(name: "door" | "desk"): void {
    for (const one of ["door", "desk"] as const) this.#part(one).hidden = one !== name;
  }

  #press(name: string, act: () => void | Promise<void>): void {
    this.#part(name).addEventListener("click", () => void act());
  }

  #part<T extends HTMLElement>(name: string): T {
    const found = this.querySelector<T>(`[data-${name}]`);
    if (!found) throw new Error(`operator page: got no part ${name}, want one`);
    return found;
  }
}

if (!customElements.get("operator-desk")) customElements.define("operator-desk", OperatorDesk);
