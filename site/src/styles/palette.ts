/** A colour in both themes; each pair was chosen to keep 4.5:1 as text and 3:1 as a line on `page`. */
interface Token {
  readonly light: string;
  readonly dark: string;
}

/**
 * Every colour of the site, by meaning. Figures and pages name colours as `var(--batchnorm)` and so on, so a colour means one thing
 * everywhere and both themes come for free. Blue against orange stays apart in every common kind of colour blindness; the normalizations that
 * stand in one figure are at least 0.09 apart in OKLab in each of them (a test holds that), and every curve also carries its name.
 */
export const palette = {
  page: { light: "#fdfcfa", dark: "#14161a" },
  raised: { light: "#f5f3ee", dark: "#1c1f25" },
  rule: { light: "#dedad2", dark: "#33373f" },
  edge: { light: "#8a8780", dark: "#7b808b" },
  ink: { light: "#1b1d22", dark: "#e9e7e2" },
  muted: { light: "#5a5e68", dark: "#a6aab3" },
  /** Networks with BatchNorm. */
  batchnorm: { light: "#0a66b0", dark: "#64b5f6" },
  /** Standard networks, without normalization. */
  standard: { light: "#b34700", dark: "#ffa552" },
  /** BatchNorm with Algorithm 1's noise, and that noise alone. */
  noisy: { light: "#6a0f5b", dark: "#ffc4ee" },
  noise: { light: "#6d6a63", dark: "#8f8a78" },
  /** Normalization by another norm. */
  l1: { light: "#7a1fd6", dark: "#9d7bff" },
  l2: { light: "#06483f", dark: "#8df0a0" },
  linf: { light: "#1b1d22", dark: "#f4f1ea" },
  /** Early to late in training. */
  time0: { light: "#1f3fae", dark: "#7aa7ff" },
  time1: { light: "#4a35b4", dark: "#a596ff" },
  time2: { light: "#7d2fa5", dark: "#cf8cf5" },
  time3: { light: "#a82c86", dark: "#f088c8" },
  time4: { light: "#c8345a", dark: "#ff8f98" },
  time5: { light: "#c8451a", dark: "#ffa06a" },
  /** The visitor's own part: buttons' state, live marks, progress. */
  own: { light: "#0d7355", dark: "#4fd1a5" },
  /** Something to mend. */
  alert: { light: "#a3262a", dark: "#ff8f8a" },
} as const satisfies Record<string, Token>;

export type Colour = keyof typeof palette;

/** How figures name a colour. */
export const colour = (name: Colour): string => `var(--${name})`;

/** The style sheet that gives the tokens their values: the system's theme, the reader's choice over it, and light on paper. */
export function paletteCss(): string {
  const block = (theme: keyof Token) =>
    Object.entries(palette)
      .map(([name, token]) => `--${name}:${token[theme]}`)
      .join(";");
  return [
    `:root{color-scheme:light;${block("light")}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${block("dark")}}}`,
    `@media screen{:root[data-theme=dark]{color-scheme:dark;${block("dark")}}}`,
    "@media print{:root{--page:#fff}}",
  ].join("\n");
}

/** Puts the light theme's values in the place of names, for files that leave the site (downloads, embeds). */
export function withPlainColours(text: string): string {
  return text.replace(/var\(--([a-z0-9]+)\)/g, (name, token: string) =>
    token in palette ? palette[token as Colour].light : name,
  );
}
