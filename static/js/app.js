// Everything works without this file; with it, components get their small comforts.
import { initAll } from "./nhsuk-frontend.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The skip link leaves its place at the end of the address. A form that is sent to this address and
// comes back with errors would lose the focus from their summary to that place.
document.addEventListener("submit", () => {
  if (location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
});
