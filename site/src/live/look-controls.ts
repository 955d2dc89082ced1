import { type Look, USUAL } from "../figures/look.ts";

/** What the boxes under a figure say. A box that a figure does not have is as usual. */
export function readLook(controls: HTMLFieldSetElement): Look {
  const said = [...controls.querySelectorAll<HTMLInputElement>("input")].map(({ name, checked }) => [name, checked] as const);
  return { ...USUAL, ...(Object.fromEntries(said) as Partial<Look>) };
}
