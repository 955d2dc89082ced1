import { addressOf, canBeTried, curlOf, type OpenApi, type Operation, operations } from "./operations.ts";

const MOST_SHOWN = 6_000;

/** The coordinator's endpoints, from the document that it serves about itself; those that only read can be tried on the spot. */
class ApiReference extends HTMLElement {
  connectedCallback(): void {
    void this.#load();
  }

  async #load(): Promise<void> {
    const status = this.querySelector("[data-status]");
    try {
      const response = await fetch("/api/openapi.json", { signal: AbortSignal.timeout(15_000) });
      const document_ = (await response.json()) as OpenApi;
      const values = await exampleValues();
      this.#draw(document_, values);
      if (status) status.textContent = `Version ${document_.info.version}, as the coordinator of this site serves it now.`;
    } catch {
      if (status)
        status.textContent =
          "The coordinator is away, and this page is made from what it says of itself. With npm start on your machine it is there.";
    }
  }

  #draw(api: OpenApi, values: Readonly<Record<string, string>>): void {
    const host = this.querySelector("[data-operations]");
    const all = operations(api);
    const tags = [...new Set(all.map(({ tag }) => tag))];
    host?.replaceChildren(
      ...tags.flatMap((tag) => {
        const about = api.tags?.find(({ name }) => name === tag)?.description ?? "";
        const heading = element("h2", about || tag);
        return [heading, ...all.filter((one) => one.tag === tag).map((one) => operationElement(one, api, values))];
      }),
    );
    const named = location.hash && document.getElementById(location.hash.slice(1));
    if (named instanceof HTMLDetailsElement) {
      named.open = true;
      named.scrollIntoView();
    }
  }
}

function operationElement(operation: Operation, api: OpenApi, values: Readonly<Record<string, string>>): HTMLElement {
  const { id, method, path, summary, description, parameters, replies, body } = operation;
  const details = Object.assign(document.createElement("details"), { id });
  const head = document.createElement("summary");
  head.append(element("code", `${method} ${path}`), element("span", summary));
  details.append(head);
  if (description) details.append(element("p", description));
  if (parameters.length > 0) details.append(list(parameters.map((one) => [`${one.name} (${one.in})`, one.description ?? ""])));
  const curl = code(curlOf(operation, location.origin, values, api));
  details.append(curl);
  if (canBeTried(operation)) details.append(trial(operation, api, values, curl));
  details.append(list(replies.map(({ status, description: words }) => [status, words])));
  const [good] = replies.filter(({ status }) => status.startsWith("2"));
  if (body?.schema) details.append(folded("Schema of the body", JSON.stringify(body.schema, null, 2)));
  if (good?.schema) details.append(folded("Schema of the answer", JSON.stringify(good.schema, null, 2)));
  return details;
}

/** Fields for the parameters, a button, and the answer. */
function trial(operation: Operation, api: OpenApi, values: Readonly<Record<string, string>>, curl: HTMLElement): HTMLElement {
  const form = document.createElement("form");
  const fields = operation.parameters
    .filter(({ in: place }) => place === "path" || place === "query")
    .map((one) => {
      const label = element("label", `${one.name} `);
      const field = Object.assign(document.createElement("input"), { name: one.name, value: values[one.name] ?? "" });
      label.append(field);
      return { label, field };
    });
  const filled = () => Object.fromEntries(fields.map(({ field }) => [field.name, field.value.trim()]));
  const button = Object.assign(document.createElement("button"), { className: "button", textContent: "Run it" });
  const said = Object.assign(element("p", ""), { className: "small" });
  said.setAttribute("role", "status");
  const answer = code("");
  answer.hidden = true;
  form.append(...fields.map(({ label }) => label), button, said, answer);
  form.addEventListener("input", () => (curl.textContent = curlOf(operation, location.origin, filled(), api)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run(addressOf(operation, filled()), said, answer);
  });
  return form;
}

async function run(address: string, said: HTMLElement, answer: HTMLElement): Promise<void> {
  said.textContent = `Asking ${address}`;
  const asked = performance.now();
  try {
    const response = await fetch(address);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const ms = Math.round(performance.now() - asked);
    said.textContent = `${response.status} after ${ms} ms, ${bytes.length.toLocaleString("en")} bytes of ${response.headers.get("content-type") ?? "nothing"}.`;
    const isText = /json|text/.test(response.headers.get("content-type") ?? "");
    const text = isText ? pretty(new TextDecoder().decode(bytes)) : "";
    answer.textContent = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n… (cut off here)` : text;
    answer.hidden = text === "";
  } catch {
    said.textContent = `Nobody answers at ${address}.`;
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Parameters that exist: an experiment of this coordinator. */
async function exampleValues(): Promise<Record<string, string>> {
  const snapshot = (await fetch("/published.json").then((response) => response.json())) as {
    experiments: {
      experiment: { id: string };
      metrics: { variants: { runs: { provenance: { endCheckpoint: string | null }[] }[] }[] };
    }[];
  };
  const [first] = snapshot.experiments;
  const shards = first?.metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance)) ?? [];
  const checkpoint = shards.find(({ endCheckpoint }) => endCheckpoint !== null)?.endCheckpoint;
  return { ...(first && { experiment: first.experiment.id }), ...(checkpoint && { sha256: checkpoint }) };
}

function element(name: string, text: string): HTMLElement {
  return Object.assign(document.createElement(name), { textContent: text });
}

function code(text: string): HTMLElement {
  const block = element("pre", text);
  block.tabIndex = 0;
  return block;
}

function list(rows: readonly (readonly [string, string])[]): HTMLElement {
  const all = document.createElement("dl");
  for (const [name, words] of rows) all.append(element("dt", name), element("dd", words));
  return all;
}

function folded(title: string, text: string): HTMLElement {
  const details = document.createElement("details");
  details.className = "schema";
  details.append(element("summary", title), code(text));
  return details;
}

if (!customElements.get("api-reference")) customElements.define("api-reference", ApiReference);
