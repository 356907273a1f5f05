// Waits for a press of the pointer to end. What grows while a button is held down moves the button away from under the
// pointer, and the press would be lost.

let isHeld = false;
const ends = ["pointerup", "pointercancel", "dragend"];

document.addEventListener("pointerdown", () => (isHeld = true), true);
for (const end of ends) document.addEventListener(end, () => (isHeld = false), true);

/** Do it now; while the pointer is held down, as soon as its press has done what it does. */
export function afterPress(work: () => void): void {
  if (!isHeld) return work();
  const going = new AbortController();
  const later = () => {
    going.abort();
    setTimeout(work);
  };
  for (const end of ends) document.addEventListener(end, later, { signal: going.signal, capture: true });
}
