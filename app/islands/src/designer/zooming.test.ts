import { expect, test } from "vitest";
import { SIZES, resized } from "./zooming";

test("the size goes up and down and stays within bounds", () => {
  expect(resized(1, 1)).toBe(1.25);
  expect(resized(1, -1)).toBe(0.85);
  expect(resized(SIZES[0], -1)).toBe(SIZES[0]);
  expect(resized(1.5, 1)).toBe(1.5);
  expect(resized(0.25, 0)).toBe(1);
});
