// How large the canvas is drawn: a few sizes, the same for keys and buttons.

export const SIZES: readonly [number, ...number[]] = [0.25, 0.35, 0.5, 0.7, 0.85, 1, 1.25, 1.5];

const AS_IT_WAS = 1;

export function inPercent(size: number): string {
  return `${(size * 100).toFixed(0)} %`;
}

/** The next size up or down, or as it was for no step. */
export function resized(size: number, steps: number): number {
  if (steps === 0) return AS_IT_WAS;
  const place = SIZES.findIndex((each) => each >= size);
  return SIZES[Math.min(Math.max(place + steps, 0), SIZES.length - 1)] ?? AS_IT_WAS;
}
