// Runs before the first paint, on every page: the reader's theme, and the fact that scripts run.
(() => {
  const apply = (root) => {
    root.classList.add("js");
    let theme = null;
    try {
      theme = localStorage.getItem("theme");
    } catch {
      // Storage is refused in some private modes; the system's theme then holds.
    }
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(document.documentElement);
  document.addEventListener("astro:before-swap", (event) => apply(event.newDocument.documentElement));
})();
