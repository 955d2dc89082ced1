import type { Model } from "../../graph/model.ts";
import type { ProbeModels } from "../../nn/probes/probe-models.ts";
import type { Exclusive } from "../one-at-a-time.ts";
import { disposeAll, numbersOf, type Ort, type OrtSession, type OrtTensor, tensorFor, type Tensors } from "../ort.ts";
import type { Numbers } from "../ports.ts";

export type ProbeModelName = "along" | "between" | "activations" | "theorem";

/** What a model is fed, by name: tensors that live longer than the call, or numbers for this call alone. More than it asks for is no harm. */
export type Feed = Readonly<Record<string, OrtTensor | number | ArrayLike<number>>>;

const isTensor = (value: Feed[string]): value is OrtTensor => typeof value === "object" && "getData" in value;

/** The probes' models on the runtime; each is opened when it is first run. */
export class ProbeSession {
  readonly models: ProbeModels;
  readonly #ort: Ort;
  readonly #exclusive: Exclusive;
  readonly #open = new Map<ProbeModelName, Promise<OrtSession>>();

  constructor(ort: Ort, exclusive: Exclusive, models: ProbeModels) {
    this.#ort = ort;
    this.#exclusive = exclusive;
    this.models = models;
  }

  /** Outputs as numbers on the host, all but the gradient, which is large. */
  async numbers(name: ProbeModelName, feed: Feed): Promise<Record<string, Numbers>> {
    const model = this.#model(name);
    return this.#run(
      name,
      feed,
      model.outputs.map((output) => output.name).filter((output) => output !== "gradient"),
    );
  }

  /** As `numbers`, and the gradient as a tensor that stays on the device; whoever asked disposes of it. */
  async withGradient(name: ProbeModelName, feed: Feed): Promise<{ numbers: Record<string, Numbers>; gradient: OrtTensor }> {
    let gradient: OrtTensor | undefined;
    const numbers = await this.#run(
      name,
      feed,
      this.#model(name).outputs.map((output) => output.name),
      (outputs) => {
        gradient = outputs["gradient"];
        return Object.fromEntries(Object.entries(outputs).filter(([output]) => output !== "gradient"));
      },
    );
    return { numbers, gradient: gradient! };
  }

  async close(): Promise<void> {
    const sessions = [...this.#open.values()];
    this.#open.clear();
    for (const session of sessions) await this.#exclusive(async () => (await session).release()).catch(() => undefined);
  }

  #model(name: ProbeModelName): Model {
    const model = this.models[name];
    if (!model) throw new Error(`probe ${name}: got no such model, want one of those that the spec asks for`);
    return model;
  }

  async #run(
    name: ProbeModelName,
    feed: Feed,
    fetches: readonly string[],
    take: (outputs: Tensors) => Tensors = (outputs) => outputs,
  ): Promise<Record<string, Numbers>> {
    const model = this.#model(name);
    const open =
      this.#open.get(name) ?? this.#exclusive(() => this.#ort.session(model.bytes, name === "along" ? ["gradient"] : []));
    this.#open.set(name, open);
    const session = await open;
    return this.#exclusive(async () => {
      const own: Record<string, OrtTensor> = {};
      const feeds: Record<string, OrtTensor> = {};
      for (const input of model.inputs) {
        const value = feed[input.name];
        if (value === undefined) throw new Error(`probe ${name}: got no ${input.name}, want every input of the model`);
        feeds[input.name] = isTensor(value) ? value : (own[input.name] = tensorFor(this.#ort, input, value));
      }
      const outputs = take(await session.run(feeds, fetches));
      disposeAll(own);
      const numbers: Record<string, Numbers> = {};
      for (const [output, tensor] of Object.entries(outputs)) numbers[output] = (await numbersOf(tensor)).slice();
      disposeAll(outputs);
      return numbers;
    });
  }
}
