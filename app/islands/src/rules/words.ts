// The reader's words. The server sends them with the schema, by their English text (app/base/builder_words.py).

let words: Record<string, string> = {};

export function learn(given: Record<string, string>): void {
  words = given;
}

/** A text in the reader's language; its places are written %(name)s. */
export function word(text: string, values: Record<string, string | number> = {}): string {
  return (words[text] ?? text).replace(/%\((\w+)\)s/g, (place, name: string) => String(values[name] ?? place));
}

/** Have screen readers say something without moving the focus. */
export function announce(text: string): void {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = text));
}

const language = document.documentElement.lang || "en";
const figures = new Intl.NumberFormat(language);

export function figure(value: number): string {
  return figures.format(value);
}
