// Where the focus goes: to a part that was changed, or to the control that a problem is about.

import { controlId } from "./controls";
import type { Wanted } from "./editing";

const CONTROLS = "select, input, textarea";

export function focusPart(whole: HTMLElement, { id, to }: Wanted): void {
  const control = document.getElementById(`part-${id}`)?.querySelector<HTMLElement>(CONTROLS);
  const handle = document.getElementById(`handle-${id}`);
  const target = (to === "first" ? control : handle) ?? whole.querySelector<HTMLElement>("select, button");
  target?.focus();
}

/** The control at a place, else the nearest one around it. */
export function focusPlace(whole: HTMLElement, where: string): void {
  const steps = where.split(".");
  const places = steps.map((_step, index) => steps.slice(0, steps.length - index).join("."));
  const target = places.map((place) => controlAt(whole, place)).find(Boolean) ?? whole.querySelector<HTMLElement>(".rb-add button");
  target?.focus();
  target?.scrollIntoView({ block: "center" });
}

function controlAt(whole: HTMLElement, place: string): HTMLElement | null | undefined {
  const part = whole.querySelector(`[data-place="${CSS.escape(place)}"]`);
  return document.getElementById(controlId(place)) ?? part?.querySelector<HTMLElement>(CONTROLS);
}
