// Says how long ago, or how soon, every <time data-relative> is, in the reader's language, and keeps it true.
// The exact moment that the server wrote stays as the tooltip and as what the element means.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const AGAIN_AFTER = 30_000;

const units: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number, number]> = [
  ["minute", MINUTE, HOUR],
  ["hour", HOUR, DAY],
  ["day", DAY, 7 * DAY],
];

const language = document.documentElement.lang || "en";
const said = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

/** "5 minutes ago", "in 2 days"; null when the exact date says more. */
export function relative(moment: Date, now: Date): string | null {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < MINUTE) return said.format(0, "minute");
  for (const [unit, size, below] of units) {
    if (distance < below) return said.format(Math.trunc(seconds / size), unit);
  }
  return null;
}

function draw(now: Date): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    element.dataset.exact ??= element.textContent?.trim() ?? "";
    element.title = element.dataset.exact;
    element.textContent = relative(new Date(element.dateTime), now) ?? element.dataset.exact;
  }
}

draw(new Date());
setInterval(() => draw(new Date()), AGAIN_AFTER);
document.addEventListener("part:loaded", () => draw(new Date()));
