import sansFile from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import italicFile from "@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-italic.woff2?url";
import serifFile from "@fontsource-variable/source-serif-4/files/source-serif-4-latin-opsz-normal.woff2?url";

/** The site's fonts as style rules that hold their bytes: a picture may fetch nothing. Empty where they are not to be had, then the system's serve. */
export async function certificateFonts(): Promise<string> {
  try {
    const [sans, serif, italic] = await Promise.all([sansFile, serifFile, italicFile].map(dataAddress));
    return [
      face("Inter Variable", "normal", sans!),
      face("Source Serif 4 Variable", "normal", serif!),
      face("Source Serif 4 Variable", "italic", italic!),
    ].join("");
  } catch {
    return "";
  }
}

const face = (family: string, style: string, address: string) =>
  `@font-face{font-family:"${family}";font-style:${style};font-weight:200 900;src:url(${address}) format("woff2")}`;

async function dataAddress(file: string): Promise<string> {
  const response = await fetch(file);
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  const bytes = await response.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error(`${file}: could not be read`));
    reader.readAsDataURL(new Blob([bytes], { type: "font/woff2" }));
  });
}
