// Forms: show what is wrong first, warn before typed words are lost, send once.
document.querySelector(".error-summary")?.focus();

for (const link of document.querySelectorAll(".error-summary a")) {
  link.addEventListener("click", (event) => {
    const control = document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    control.focus();
    control.scrollIntoView({ block: "center" });
  });
}

for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

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
