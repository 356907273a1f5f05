// Parts of a page that load or send by themselves. Everything works without this too, by whole pages.
//
//   <a href="/x" data-part="#target">            click: GET, put the answer into #target
//   <form data-part="#target">                   submit: send, put the answer into #target
//   <form data-part="#target" data-part-on="input">   also while typing, 250 ms after the last key
//   <div id="a" data-part-from="/x" data-part-every="20">   load now, and every 20 seconds while the page is seen
//
// An answer that comes late never replaces a newer one. The server sees X-Waymark-Partial and sends only the part.
import { toast, word } from "./live.js";

const latest = new WeakMap();
const PAUSE = 250;

export async function load(target, address, options = {}) {
  const turn = (latest.get(target) ?? 0) + 1;
  latest.set(target, turn);
  target.classList.add("partial");
  target.setAttribute("aria-busy", "true");
  try {
    const headers = { "X-Waymark-Partial": "yes", ...(options.background ? { "X-Waymark-Background": "yes" } : {}) };
    const answer = await fetch(address, { method: options.method ?? "GET", body: options.body, headers, redirect: "follow" });
    if (latest.get(target) !== turn) return;
    if (answer.status === 401) return location.reload();
    const away = answer.headers.get("X-Waymark-Go");
    if (away) return location.assign(away);
    put(target, await answer.text());
  } catch {
    if (latest.get(target) === turn && !options.background) toast(word("This part could not be loaded. Try again."), "danger");
  } finally {
    if (latest.get(target) === turn) target.removeAttribute("aria-busy");
  }
}

// Replace the content; keep the focus on the control of the same id.
function put(target, html) {
  const focused = target.contains(document.activeElement) ? document.activeElement.id : "";
  target.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus();
  target.querySelector(".error-summary")?.focus();
  start(target);
  target.dispatchEvent(new CustomEvent("part:loaded", { bubbles: true }));
}

function send(form, submitter) {
  const target = document.querySelector(form.dataset.part);
  const body = new FormData(form, submitter);
  if (form.method === "post") return load(target, form.action, { method: "POST", body });
  const address = new URL(form.action, location.href);
  address.search = new URLSearchParams(body).toString();
  return load(target, address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  load(document.querySelector(link.dataset.part), link.href);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-part]") || event.defaultPrevented) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

const waiting = new WeakMap();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-part-on=input]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => send(form), PAUSE));
});

function start(root) {
  for (const part of root.querySelectorAll("[data-part-from]")) {
    load(part, part.dataset.partFrom, { background: true });
    const every = Number(part.dataset.partEvery);
    if (every) repeat(part, every);
  }
}

function repeat(part, every) {
  const timer = setInterval(() => {
    if (!part.isConnected) clearInterval(timer);
    else if (!document.hidden) load(part, part.dataset.partFrom, { background: true });
  }, every * 1000);
}

start(document);
