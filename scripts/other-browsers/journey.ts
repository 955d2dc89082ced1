import type { Engine } from "./engine.ts";

const TURN_MS = 500;
/** A page whose scripts have not come yet hears no click. */
const READY = `customElements.get("volunteer-panel") !== undefined && customElements.get("volunteer-settings") !== undefined`;
const SLOT = (name: string) => `document.querySelector('volunteer-panel [data-slot="${name}"]').textContent`;

/** What a visitor with this browser saw, in sentences. */
export type Saw = (sentence: string) => void;

/**
 * Reads the report, trains a shard with a pause and a reload in between, and looks up what was given.
 * @param experiment which the shard is of  @param picture keeps what the window shows under a name
 * @throws Error with what the page said instead
 */
export async function journey(
  engine: Engine,
  origin: string,
  experiment: string,
  saw: Saw,
  picture: (name: string) => Promise<void>,
): Promise<void> {
  await engine.open(`${origin}/`);
  await until(engine, "the report's figures", `customElements.get("live-figure") !== undefined`);
  const curves = await engine.ask<number>(`document.querySelectorAll("#fig1a svg path").length`);
  if (curves < 10) throw new Error(`The report: got ${curves} paths in Figure 1a, want at least 10.`);
  await engine.ask(`(document.querySelector("#fig1a").scrollIntoView(), 1)`);
  await until(
    engine,
    "the figure's status",
    `/^(Live|Showing)/.test(document.querySelector("#fig1a [data-status]").textContent)`,
  );
  saw(`reads the report: Figure 1a has ${curves} curves and signs; ${await engine.ask<string>(`document.querySelector("#fig1a [data-status]").textContent`)}`); // prettier-ignore
  await picture("report");

  await openDonate(engine, `${origin}/donate?experiment=${experiment}`);
  saw(
    `isolated: ${await engine.ask<boolean>("crossOriginIsolated")}; WebGPU: ${await engine.ask<boolean>(`"gpu" in navigator`)}`,
  );
  await press(engine, "start");
  await until(engine, "training", `/^(Training|Measuring|Testing)/.test(${SLOT("title")})`);
  saw(`trains: ${await engine.ask<string>(SLOT("device"))}. ${await engine.ask<string>(SLOT("deviceReason"))}`);
  await picture("training");
  await press(engine, "pause");
  await until(engine, "a pause", `${SLOT("title")} === "Paused"`);
  await openDonate(engine, `${origin}/donate?experiment=${experiment}`);
  await until(engine, "a pause that outlives a reload", `${SLOT("title")} === "Paused"`);
  saw("pauses, and is still paused after a reload");
  await press(engine, "resume");
  const notes = `document.querySelector("[data-notes]").textContent`;
  await until(engine, "a shard that is handed in", `/Handed in/.test(${notes})`);
  saw((await engine.ask<string>(notes)).replace(/\d\d:\d\d:\d\d/g, "|").split("|").find((note) => note.includes("Handed in"))!.trim()); // prettier-ignore
  await press(engine, "stop");
  await until(engine, "a stop", `${SLOT("title")} === "Not training"`);

  await engine.open(`${origin}/contribution`);
  const given = `document.querySelector('contribution-page [data-slot="given"]').textContent`;
  await until(engine, "what was given", `/were accepted/.test(${given})`);
  saw(await engine.ask<string>(given));
  await picture("contribution");
}

async function openDonate(engine: Engine, address: string): Promise<void> {
  await engine.open(address);
  await until(engine, "the donate page's scripts", READY);
}

async function press(engine: Engine, action: string): Promise<void> {
  const button = `document.querySelector('volunteer-panel [data-action="${action}"]')`;
  await until(engine, `the button "${action}"`, `!${button}.hidden`);
  await engine.ask(`(${button}.click(), 1)`);
}

/** Waits until an expression holds in the page. @throws Error with what the donate page says, when it takes too long */
async function until(engine: Engine, what: string, holds: string, patienceMs = 240_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await engine.ask<boolean>(`Boolean(${holds})`))) {
    if (Date.now() > deadline) {
      const said = await engine.ask<string>(`document.querySelector("main").innerText.slice(0, 600)`);
      throw new Error(`${engine.name}: waited ${patienceMs / 1000} s for ${what}; the page says: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }
}
