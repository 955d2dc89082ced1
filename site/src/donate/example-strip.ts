import { CLASSES } from "../../../shared/protocol/dataset.ts";
import type { Examples } from "../../../shared/volunteer/view.ts";
import { duration, percent, plural } from "../words.ts";

const SIDE = 32;

/** What the network says of one image, in words. */
function exampleWords({ label, probabilities }: Examples["images"][number]) {
  const most = Math.max(...probabilities);
  const said = probabilities.indexOf(most);
  const name = (of: number) => (CLASSES[of] ?? `class ${of}`).replace("automobile", "auto\u00admobile");
  return {
    isRight: said === label,
    said: `${name(said)} ${percent(most, 0)}`,
    truth: said === label ? "right" : `is: ${name(label)}`,
  };
}

/** The strip's caption. */
export function stripWords({ step, images, tookMs }: Examples): string {
  const right = images.filter((image) => exampleWords(image).isRight).length;
  const cost = tookMs < 1000 ? `${Math.round(tookMs)}\u00a0ms` : duration(tookMs / 1000);
  return `What the network says of ten test images after ${plural(step, "step")}: ${right} of ${images.length} right. Asking took ${cost}.`;
}

/** RGBA of an image that is stored channel by channel. */
export function rgba(pixels: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const plane = SIDE * SIDE;
  const out = new Uint8ClampedArray(4 * plane);
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) out[4 * pixel + channel] = pixels[channel * plane + pixel]!;
    out[4 * pixel + 3] = 255;
  }
  return out;
}

/** Draws the images and what the network says of each into the list items that stand ready. */
export function drawExamples(list: Element, examples: Examples): void {
  [...list.children].forEach((item, index) => {
    const image = examples.images[index];
    (item as HTMLElement).hidden = image === undefined;
    if (!image) return;
    const { isRight, said, truth } = exampleWords(image);
    item
      .querySelector("canvas")
      ?.getContext("2d")
      ?.putImageData(new ImageData(rgba(image.pixels), SIDE, SIDE), 0, 0);
    item.toggleAttribute("data-right", isRight);
    put(item, "b", said);
    put(item, "span", truth);
  });
}

function put(item: Element, selector: string, text: string): void {
  const place = item.querySelector(selector);
  if (place && place.textContent !== text) place.textContent = text;
}
