// The front desk by keyboard: J and K choose a line, one key acts on it. Keys rest while somebody types, with any modifier, while
// a dialog is open, and where the reader turned them off (WCAG 2.1.4); that is remembered on this machine.
const KEPT = "waymark-front-desk-keys";
const keys = document.getElementById("front-desk-keys");
const arrivals = document.getElementById("arrivals");
let chosen = location.hash.slice(1);

function kept() {
  try { return localStorage.getItem(KEPT) !== "off"; } catch { return true; }
}

if (keys) {
  keys.checked = kept();
  keys.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, keys.checked ? "on" : "off"); } catch { /* it holds for this page */ }
  });
}

function rows() { return [...document.querySelectorAll("[data-row]")]; }

function choose(row) {
  if (!row) return;
  chosen = row.id;
  row.focus();
}

function walk(step) {
  const all = rows();
  const at = all.findIndex((row) => row.id === chosen);
  choose(at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[Math.min(Math.max(at + step, 0), all.length - 1)]);
}

if (chosen) choose(document.getElementById(chosen));
arrivals?.addEventListener("focusin", (event) => { chosen = event.target.closest("[data-row]")?.id ?? chosen; });
// what is loaded again takes the line with it on which somebody stood
arrivals?.addEventListener("part:loaded", () => {
  if (document.activeElement === document.body && chosen) choose(document.getElementById(chosen));
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (keys ? !keys.checked : !kept()) return;
  const key = event.key.toLowerCase();
  if (key === "j") walk(1);
  else if (key === "k") walk(-1);
  else if (/^[a-z]$/.test(key)) {
    const deed = document.getElementById(chosen)?.querySelector(`[data-key="${key}"]`);
    if (!deed) return;
    (deed.matches("a") ? deed : deed.querySelector("button")).click();
  } else return;
  event.preventDefault();
});
