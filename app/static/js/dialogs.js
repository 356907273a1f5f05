// Native dialogs. `data-opens="id"` opens one; `data-confirm="question"` on a button or form asks before sending.
// A form whose question was answered no longer carries it, so that the server does not ask it again.
const confirmed = new WeakSet();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.opens).showModal();
  }
  const closer = event.target.closest("[data-closes-dialog]");
  if (closer) closer.closest("dialog").close();
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const asking = event.submitter?.dataset.confirm ? event.submitter : form.dataset.confirm ? form : null;
    if (!asking) return;
    if (confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(asking, () => {
      confirmed.add(form);
      for (const question of form.querySelectorAll("[name=unconfirmed]")) question.disabled = true;
      form.requestSubmit(event.submitter);
    });
  },
  { capture: true },
);

function ask(asking, then) {
  const dialog = document.getElementById("confirm");
  const yes = dialog.querySelector("[value=yes]");
  dialog.querySelector("[data-question]").textContent = asking.dataset.confirm;
  yes.textContent = asking.dataset.confirmWord ?? yes.dataset.word;
  yes.classList.toggle("button--danger", "danger" in asking.dataset);
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && then(), { once: true });
  dialog.showModal();
}
