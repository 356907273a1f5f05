// Puts the journey designer into its place on the page: Outline, Canvas and text over one draft.

import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { Designer } from "./designer/designer";
import type { Given } from "./designer/settings";
import { learn } from "./rules/words";

for (const place of document.querySelectorAll<HTMLElement>("[data-journey-designer]")) {
  const given = JSON.parse(place.querySelector("script[type='application/json']")?.textContent ?? "null") as Given | null;
  const token = place.querySelector<HTMLInputElement>("[name=csrf_token]")?.value;
  if (given && token) {
    learn(given.words);
    place.replaceChildren();
    flushSync(() => createRoot(place).render(<Designer given={given} token={token} />));
  }
  place.dataset.ready = "";
}
