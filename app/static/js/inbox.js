// The inbox by keyboard. Single keys rest while somebody types, with any modifier, while a dialog is open, and where the
// reader turned them off (WCAG 2.1.4); that is remembered on this machine.
const KEPT = "waymark-inbox-keys";
const keys = document.getElementById("inbox-keys");
const talk = document.getElementById("talk");

function kept() {
  try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}

if (keys) {
  keys.checked = kept();
  keys.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, keys.checked ? "on" : "off"); } catch { /* it holds for this page */ }
  });
}
if (talk) talk.scrollTop = talk.scrollHeight;
talk?.addEventListener("part:loaded", () => (talk.scrollTop = talk.scrollHeight));

// what is begun is kept while one types, and colleagues see that somebody writes; a lost request is made up for by the next
const begun = document.querySelector("[data-draft]:not([data-draft=''])");
let waits;

function keep() {
  clearTimeout(waits);
  waits = setTimeout(() => {
    const typed = (id) => document.getElementById(id)?.value ?? "";
    const sent = new URLSearchParams({ note: typed("note"), own_words: typed("own_words") });
    sent.set("csrf_token", document.querySelector("[name=csrf_token]").value);
    fetch(begun.dataset.draft, { method: "POST", body: sent }).catch(() => {});
  }, 900);
}

if (begun) {
  for (const id of ["note", "about", "question", "reply", "own_words"]) document.getElementById(id)?.addEventListener("input", keep);
}

function walk(step) {
  const rows = [...document.querySelectorAll(".inbox-row")];
  const here = rows.findIndex((row) => row === document.activeElement);
  const from = here >= 0 ? here : rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(Math.max(from + step, 0), rows.length - 1)];
  if (!next) return;
  // where only the conversation shows, the key opens the next one
  if (next.offsetParent === null) next.click();
  else next.focus();
}

function reach(key) {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  if (target.matches("details")) {
    target.open = true;
    target.querySelector("select, textarea, input:not([type=hidden])")?.focus();
  } else if (target.matches("select")) target.focus();
  else if (target.matches("a")) target.click();
  else target.querySelector("button")?.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing && event.key === "Escape") return event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (keys ? !keys.checked : !kept()) return;
  const key = event.key.toLowerCase();
  if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else if (!/^[a-z]$/.test(key) || !reach(key)) return;
  event.preventDefault();
});
