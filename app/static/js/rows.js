// Lists of rows (app.base.rows_field): what their buttons do is done at once; without this script they send the form.
const ROW = ".code-row";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-row-does]");
  if (!button || button.disabled) return;
  event.preventDefault();
  act(button.closest(".code-rows"), button.closest(ROW), button.dataset.rowDoes);
});

// The Enter key goes on with the next row, as in a text of several lines.
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key !== "Enter" || event.isComposing || !target.matches?.(`${ROW} input`) || !target.value.trim()) return;
  event.preventDefault();
  const row = target.closest(ROW);
  const next = row.nextElementSibling;
  if (next && !controlOf(next).value) return controlOf(next).focus();
  act(target.closest(".code-rows"), row, "add");
});

function act(list, row, what) {
  const rows = list.querySelector("ol");
  if (what === "add") {
    const added = list.querySelector("template").content.firstElementChild.cloneNode(true);
    if (row) row.after(added);
    else rows.append(added);
    number(list);
    return changed(list, controlOf(added));
  }
  if (what === "remove") {
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    if (beside) row.remove();
    else empty(row);
    number(list);
    return changed(list, controlOf(beside ?? row));
  }
  if (what === "up") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  number(list);
  const same = row.querySelector(`[data-row-does="${what}"]`);
  return changed(list, same.disabled ? row.querySelector('[data-row-does="up"]:enabled, [data-row-does="down"]:enabled') : same);
}

function controlOf(row) {
  return row.querySelector("input, select");
}

function empty(row) {
  controlOf(row).value = "";
  name(row);
}

// Forms that guard what was typed, and the designer, listen to this.
function changed(list, control) {
  list.dispatchEvent(new Event("input", { bubbles: true }));
  control?.focus();
}

function number(list) {
  const rows = [...list.querySelectorAll(ROW)];
  rows.forEach((row, place) => {
    controlOf(row).id = place === 0 ? list.dataset.rows : `${list.dataset.rows}-${place + 1}`;
    for (const part of row.querySelectorAll("[data-says]")) {
      part.setAttribute("aria-label", part.dataset.says.replace("#", place + 1));
      if (part.name && part.dataset.rowDoes) part.name = part.name.replace(/\d+$/, place + 1);
    }
    row.querySelector('[data-row-does="up"]').disabled = place === 0;
    row.querySelector('[data-row-does="down"]').disabled = place === rows.length - 1;
  });
}

// What a code is called stands beside it.
function name(row) {
  const control = controlOf(row);
  const said = row.querySelector("output");
  if (!said) return;
  const known = [...(control.list?.options ?? [])].find(({ value }) => value === control.value.trim());
  said.textContent = known?.label ?? "";
}

document.addEventListener("input", (event) => {
  const row = event.target.closest?.(ROW);
  if (row) name(row);
});
