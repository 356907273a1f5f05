// Ctrl+K: go to any page of the menu by typing a part of its name.
import { announce, word } from "./live.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const none = dialog?.querySelector(".palette-none");
let shown = [];
let at = 0;

function links() {
  return [...document.querySelectorAll("#sidebar .nav-list a")].map((link) => ({ name: link.textContent.trim(), address: link.href }));
}

function draw() {
  const wanted = input.value.trim().toLowerCase();
  shown = links().filter((link) => link.name.toLowerCase().includes(wanted));
  at = Math.min(at, Math.max(shown.length - 1, 0));
  list.replaceChildren(...shown.map(item));
  none.hidden = shown.length > 0;
  if (shown.length) input.setAttribute("aria-activedescendant", `palette-${at}`);
  else input.removeAttribute("aria-activedescendant");
}

function item(link, index) {
  const row = document.createElement("li");
  row.id = `palette-${index}`;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", String(index === at));
  row.textContent = link.name;
  row.addEventListener("click", () => location.assign(link.address));
  return row;
}

function open() {
  if (!dialog || dialog.open) return;
  input.value = "";
  at = 0;
  draw();
  dialog.showModal();
}

input?.addEventListener("input", () => {
  at = 0;
  draw();
  announce(shown.length ? word("%(count)s results", { count: shown.length }) : word("No page matches"));
});

input?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) {
    event.preventDefault();
    at = (at + step + shown.length) % shown.length;
    draw();
  }
  if (event.key === "Enter" && shown[at]) location.assign(shown[at].address);
});

document.addEventListener("click", (event) => event.target.closest("[data-opens-palette]") && open());
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  }
});
