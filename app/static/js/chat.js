// The page of a chat: sends without leaving, looks for answers, and keeps the ticket of the visit for this tab.
//
// The ticket stands in the page and in what is sent, never in an address or a cookie: a frame on another site keeps no
// cookies, and what it stores is of the two sites together. Where nothing may be stored a visit lasts until the page is
// left.
const chat = document.getElementById("chat");
const talk = document.getElementById("talk");
const state = document.getElementById("chat-state");
const place = `waymark-chat:${chat.dataset.slug}`;
const SOON = 4000;
const LATER = 30000;
const LONGEST_PAUSE = 60000;

let failures = 0;
let waiting;

function stored() {
  try {
    return sessionStorage.getItem(place) ?? "";
  } catch {
    return "";
  }
}

// What is sent from now on is of this visit.
function use(ticket) {
  if (!ticket) return;
  for (const field of chat.querySelectorAll("[name=ticket]")) field.value = ticket;
  try {
    sessionStorage.setItem(place, ticket);
  } catch {
    // it is kept in the page alone
  }
}

const seen = () => [...talk.querySelectorAll("[data-line]")].map((line) => line.dataset.line);

// Put in the lines that are not there yet; whoever reads at the end goes on to read there.
function add(page) {
  const known = new Set(seen());
  const list = talk.querySelector(".chat-lines");
  const fresh = [...page.querySelectorAll("[data-line]")].filter((line) => !known.has(line.dataset.line));
  list.append(...fresh.map((line) => document.importNode(line, true)));
  if (fresh.length) talk.scrollTop = talk.scrollHeight;
  return fresh;
}

async function ask(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: { "X-Waymark-Partial": "yes" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, page };
}

async function look() {
  clearTimeout(waiting);
  const body = new FormData();
  body.set("ticket", chat.querySelector("[name=ticket]").value);
  for (const key of seen()) body.append("seen", key);
  try {
    const { answer, page } = await ask(chat.dataset.read, body);
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = add(page);
    use(page.querySelector("[data-ticket]")?.dataset.ticket);
    failures = 0;
    tell("");
    if (fresh.some((line) => line.dataset.side === "clinic")) parent.postMessage({ waymark: "answered" }, "*");
  } catch {
    failures += 1;
    if (failures > 2) tell(chat.dataset.lost);
  }
  const pause = Math.min((document.hidden ? LATER : SOON) * 2 ** Math.min(failures, 4), LONGEST_PAUSE);
  waiting = setTimeout(look, pause);
}

function tell(says) {
  state.hidden = !says;
  if (state.textContent !== says) state.textContent = says;
}

async function send(form) {
  if (form.hasAttribute("aria-busy")) return;
  const body = new FormData(form);
  const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea")];
  form.setAttribute("aria-busy", "true");
  for (const field of fields) field.readOnly = true;
  try {
    const { page } = await ask(form.action, body);
    const next = page.getElementById(form.id);
    if (!next) throw new Error("no page");
    add(page);
    use(page.querySelector("#chat [name=ticket]").value);
    renew(form, next);
    tell("");
  } catch {
    tell(chat.dataset.failed);
  } finally {
    form.removeAttribute("aria-busy");
    for (const field of fields) field.readOnly = false;
  }
}

// The form as the server draws it next: empty where what was sent was taken, else with what was typed and what is wrong.
function renew(form, next) {
  const focused = form.contains(document.activeElement) ? document.activeElement.id : "";
  form.replaceChildren(...[...next.childNodes].map((node) => document.importNode(node, true)));
  withoutButtons();
  const summary = form.querySelector(".error-summary");
  if (summary) summary.focus();
  else if (form.id === "who-form") {
    form.closest("details").open = false;
    document.getElementById("text").focus();
  } else document.getElementById(focused || "text")?.focus();
}

function withoutButtons() {
  for (const button of chat.querySelectorAll("[data-without-scripts]")) button.remove();
}

for (const form of chat.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

// Enter sends, as people expect of a chat; with Shift it begins a line, and while a word is being composed it does not.
chat.addEventListener("keydown", (event) => {
  if (event.key === "Escape") parent.postMessage({ waymark: "close" }, "*");
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.id !== "text") return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});

withoutButtons();
use(stored());
talk.scrollTop = talk.scrollHeight;
look();
