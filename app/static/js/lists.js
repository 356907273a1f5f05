// Lists: picking rows, and what can be done with all that are picked.
import { announce, word } from "./live.js";

for (const list of document.querySelectorAll("[data-list]")) {
  list.addEventListener("change", (event) => {
    const picks = [...list.querySelectorAll("[data-pick]")];
    if (event.target.matches("[data-pick-all]")) {
      for (const pick of picks) pick.checked = event.target.checked;
    }
    const count = picks.filter((pick) => pick.checked).length;
    const bulk = list.querySelector("[data-bulk]");
    if (!bulk) return;
    bulk.hidden = count === 0;
    const said = word("%(count)s selected", { count });
    bulk.querySelector("[data-count]").textContent = said;
    announce(said);
  });
}
