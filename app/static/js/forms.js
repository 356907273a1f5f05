// Forms: show what is wrong first, warn before typed words are lost, send once.
document.querySelector(".error-summary")?.focus();

// Also for forms that came later, as parts of the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.scrollIntoView({ block: "center" });
});

// A form that was sent as a part comes back with what is not saved yet: it is asked about until it is sent again.
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "guard" in form.dataset) changed.add(form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));
addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// A second press of the same button sends nothing; a page from the back-forward cache may send again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "partial" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Selects and tick boxes marked so send their form as soon as they change.
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-sends]")) event.target.form.requestSubmit();
});

// A short name follows the name until somebody writes one: <input data-follows="name-">, the beginning of the other's id.
document.addEventListener("input", (event) => {
  const follower = event.target.form?.querySelector("[data-follows]");
  if (!follower || follower.defaultValue) return;
  if (event.target === follower) return follower.removeAttribute("data-follows");
  const first = event.target.form.querySelector(`[id^="${follower.dataset.follows}"]`);
  if (event.target === first) follower.value = shortened(first.value);
});

function shortened(name) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "").slice(0, 60).replace(/-+$/, "");
}

// What is asked only for some values of another control stays away otherwise, as long as nothing is in it.
function sift() {
  for (const part of document.querySelectorAll("[data-only-for]")) {
    const control = document.getElementById(part.dataset.onlyFor);
    const values = part.dataset.onlyValues.split(" ").filter(Boolean);
    const isAsked = !control || (values.length > 0 ? values.includes(control.value) : control.value !== "");
    part.hidden = !isAsked && isEmpty(part);
  }
}

function isEmpty(part) {
  // a rule without a part still has controls that begin one
  const controls = [...part.querySelectorAll("input, select, textarea")].filter((each) => !each.closest(".rule, .rb-place"));
  const isFilled = ({ type, checked, value }) => (type === "checkbox" || type === "radio" ? checked : value.trim() !== "");
  return !controls.some(isFilled) && !part.querySelector(".fault, .entry, .rule-part, .rule-node:not(:has(.rule-group)), .rb-part");
}

for (const event of ["change", "part:loaded"]) document.addEventListener(event, sift);
sift();
