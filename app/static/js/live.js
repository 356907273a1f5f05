// Speaking to the reader: words in their language, the live region, toasts.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

// The reader's words for an English text; places are written %(name)s.
export function word(text, values = {}) {
  const sentence = words[text] ?? text;
  return sentence.replace(/%\((\w+)\)s/g, (place, name) => values[name] ?? place);
}

// Have screen readers say something without moving the focus.
export function announce(text) {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

// A message in the corner. It stays until it is closed: nobody has to read fast.
export function toast(text, tone = "info") {
  const template = document.getElementById("toast");
  const item = template.content.firstElementChild.cloneNode(true);
  item.classList.add(`notice--${tone}`);
  item.querySelector("div").textContent = text;
  document.getElementById("toasts").append(item);
  announce(text);
}
