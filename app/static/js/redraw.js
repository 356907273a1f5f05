// A choice that changes what else can be chosen asks the server to draw the form again. Without scripts the button
// "Update" of the editor does the same.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-redraws]")) return;
  const redraw = event.target.closest("form")?.querySelector("[data-redraw]");
  if (redraw) redraw.form.requestSubmit(redraw);
});
