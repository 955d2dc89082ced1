/** Opens the claim that the address names, for browsers that do not by themselves, and all of them on demand. */
function openNamed(): void {
  const named = document.getElementById(location.hash.slice(1));
  const claim = named?.closest<HTMLDetailsElement>("details.claim");
  if (!named || !claim || claim.open) return;
  claim.open = true;
  named.scrollIntoView();
}

function openAll({ target }: Event): void {
  const button = target instanceof Element ? target.closest<HTMLButtonElement>("[data-open-all]") : null;
  if (!button) return;
  const all = [...document.querySelectorAll<HTMLDetailsElement>("details.claim")];
  const isOpening = all.some(({ open }) => !open);
  for (const claim of all) claim.open = isOpening;
  button.textContent = isOpening ? "Close all claims" : "Open all claims";
}

addEventListener("hashchange", openNamed);
document.addEventListener("astro:page-load", openNamed);
document.addEventListener("click", openAll);
