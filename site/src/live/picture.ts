import { saveAs } from "./save-as.ts";

/** Pixels of a picture for each of the drawing's. */
const SCALE = 2;

/** Hands an SVG to the browser's downloads as a PNG. @throws Error where the browser cannot draw it */
export async function savePicture(svg: string, name: string): Promise<void> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {
      width: image.naturalWidth * SCALE,
      height: image.naturalHeight * SCALE,
    });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, "image/png");
    });
    if (!picture) throw new Error(`${name}: got no picture from the browser, want a PNG`);
    saveAs(picture, name);
  } finally {
    URL.revokeObjectURL(url);
  }
}
