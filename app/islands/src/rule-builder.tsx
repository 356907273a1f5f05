// Puts the rule builder in the place of every server-drawn rule editor of the page, which stays until the builder can
// stand in for it: without scripts, and when the server does not answer, the page works with the plain form.

import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import type { Root } from "react-dom/client";
import { ask } from "./rules/asking";
import { Builder } from "./rules/builder";
import type { Settings } from "./rules/judging";
import type { Json } from "./rules/json";
import type { Schema } from "./rules/schema";
import { learn } from "./rules/words";

interface Given extends Settings {
  rule: Json;
  tried: boolean;
}

const drawn = new Map<HTMLElement, Root>();
const schemas = new Map<string, Promise<Schema>>();

async function build(place: HTMLElement): Promise<void> {
  const given = JSON.parse(place.querySelector("script[type='application/json']")?.textContent ?? "null") as Given | null;
  const token = place.closest("form")?.querySelector<HTMLInputElement>("[name=csrf_token]")?.value;
  if (!given || !token) return;
  const schema = await schemaOf(given, token);
  if (!place.isConnected) return;
  learn(schema.words);
  const { rule, tried, ...settings } = given;
  const aside = settings.aside ? document.getElementById(settings.aside) : null;
  place.replaceChildren();
  aside?.replaceChildren();
  const root = createRoot(place);
  drawn.set(place, root);
  const builder = <Builder settings={settings} schema={schema} token={token} first={rule} isTried={tried} aside={aside} />;
  flushSync(() => root.render(builder));
}

/** Builds in one place and marks it ready, as the page's own scripts mark the page: drawn, or left with the plain form. */
async function settle(place: HTMLElement): Promise<void> {
  await build(place).catch(() => place.setAttribute("data-plain", "yes"));
  place.dataset.ready = "";
}

/** The schema, asked once a page for each kind of focus; asked again when it did not come. */
function schemaOf(settings: Settings, token: string): Promise<Schema> {
  const known = schemas.get(settings.focus);
  if (known) return known;
  const asked = ask<Schema>(settings.addresses.schema, token, { focus: settings.focus });
  schemas.set(settings.focus, asked);
  asked.catch(() => schemas.delete(settings.focus));
  return asked;
}

function start(): void {
  for (const [place, root] of drawn) {
    if (place.isConnected) continue;
    root.unmount();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll<HTMLElement>("[data-rule-builder]")) {
    if (!drawn.has(place)) void settle(place);
  }
}

start();
document.addEventListener("part:loaded", start);
