// Says at each row of a list what is wrong with its entry. The rows are the server's (app.base.rows_field).

import type { Problem } from "./settings";

/** `within` is the place of the form in the journey, with a dot behind it, or empty for the head. */
export function markRows(form: HTMLElement, problems: readonly Problem[], within: string): void {
  for (const list of form.querySelectorAll<HTMLElement>("[data-rows-place]")) {
    const place = `${within}${list.dataset["rowsPlace"]}.`;
    let number = 0;
    for (const row of list.querySelectorAll<HTMLElement>(".code-row")) {
      const control = row.querySelector<HTMLInputElement | HTMLSelectElement>("input, select");
      if (!control) continue;
      const isFilled = control.value.trim() !== "";
      mark(row, control, isFilled ? problems.filter(({ where }) => where === place + number) : []);
      if (isFilled) number += 1;
    }
  }
}

function mark(row: HTMLElement, control: HTMLElement, problems: readonly Problem[]): void {
  row.querySelector(".fault")?.remove();
  control.removeAttribute("aria-invalid");
  control.removeAttribute("aria-describedby");
  if (problems.length === 0) return;
  const fault = document.createElement("div");
  fault.className = problems.some(({ severity }) => severity === "error") ? "fault" : "fault jd-warning";
  fault.id = `${control.id}-fault`;
  fault.textContent = problems.map(({ says }) => says).join(" ");
  control.setAttribute("aria-describedby", fault.id);
  if (!fault.classList.contains("jd-warning")) control.setAttribute("aria-invalid", "true");
  control.parentElement?.append(fault);
}
