// Writing texts: what a page shows of them is drawn anew while somebody writes, and fields are put in at the cursor.
//
//   <form data-look="/x" data-look-part="#look">   400 ms after the last key: POST the form, put the answer into #look
//   <button data-inserts="{{clinic.name}}">        puts that where the cursor was last, in any text of the page
import { load } from "./partials.js";

const PAUSE = 400;
let waiting;
let written;

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-look]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => look(form), PAUSE);
});

function look(form) {
  const body = new FormData(form);
  return load(document.querySelector(form.dataset.lookPart), form.dataset.look, { method: "POST", body });
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("form[data-look] textarea, form[data-look] input[type=text]")) written = event.target;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-inserts]");
  const place = written?.isConnected ? written : document.querySelector("form[data-look] textarea");
  if (!button || !place) return;
  place.focus();
  place.setRangeText(button.dataset.inserts, place.selectionStart, place.selectionEnd, "end");
  place.dispatchEvent(new Event("input", { bubbles: true }));
});
