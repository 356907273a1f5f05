// Choosing light or dark changes the page at once; the form behind it lets the server remember.
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  const form = event.target;
  const body = new FormData(form, event.submitter);
  document.documentElement.dataset.theme = body.get("theme");
  for (const button of form.querySelectorAll("button")) {
    button.toggleAttribute("aria-current", button === event.submitter);
    if (button === event.submitter) button.setAttribute("aria-current", "true");
  }
  document.dispatchEvent(new Event("themechange"));
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
});
