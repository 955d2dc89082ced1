/** Puts the charts that were drawn at build into their places, where the page has none yet. */
export async function fillStills(host: ParentNode, id: string): Promise<void> {
  const places = [...host.querySelectorAll<HTMLElement>("[data-panel]")].filter((place) => !place.firstElementChild);
  if (places.length === 0) return;
  const response = await fetch(`/figures/${id}.stills.json`).catch(() => null);
  if (!response?.ok) return;
  const stills = (await response.json()) as Record<string, string>;
  for (const place of places) {
    const svg = stills[place.dataset.panel ?? ""];
    // A living chart may have come first.
    if (svg === undefined || place.firstElementChild) continue;
    const stage = document.createElement("div");
    stage.ariaHidden = "true";
    stage.innerHTML = svg;
    place.append(stage);
  }
}
