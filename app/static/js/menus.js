// Menus that fold out, the side menu on narrow screens, notices that can be closed.
import { announce, word } from "./live.js";

const side = document.getElementById("sidebar");
const opener = document.querySelector("[data-opens-side]");

function setSide(open) {
  side.classList.toggle("is-open", open);
  opener.setAttribute("aria-expanded", String(open));
  document.querySelector(".veil")?.remove();
  if (open) {
    const veil = document.createElement("div");
    veil.className = "veil";
    veil.addEventListener("click", () => setSide(false));
    document.body.append(veil);
    side.querySelector("a")?.focus();
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  if (event.target.closest("[data-opens-side]")) {
    event.preventDefault();
    setSide(!side.classList.contains("is-open"));
  }
  if (event.target.closest("[data-closes-notice]")) {
    event.target.closest(".notice").remove();
    announce(word("Closed"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (side?.classList.contains("is-open")) {
    setSide(false);
    opener.focus();
  }
});
