import { expect, test } from "vitest";
import { removed, stepsOf, withStep } from "./draft";
import type { Draft, Step } from "./draft";
import { faceOf, isSame, steady } from "./faces";
import type { Face, Seen } from "./faces";
import type { Given, Judgement } from "./settings";
import { walked, waysOf } from "./walking";
import type { Row } from "./walking";

const COUNT = 150;

/** A long journey: every tenth step parts, and leads back to the first step by its second way. */
function long(): Draft {
  const ids = Array.from({ length: COUNT }, (_, number) => `s${number}`);
  const steps = ids.map((id, number): [string, Step] => {
    const next: Record<string, string> = number + 1 < COUNT ? { next: `s${number + 1}` } : {};
    return [id, { type: "wait", name: { en: `Step ${number}` }, next: number % 10 === 9 && number + 1 < COUNT ? { ...next, back: "s0" } : next }];
  });
  return { start: "s0", steps: Object.fromEntries(steps) };
}

const judgement = (draft: Draft): Judgement => ({
  steps: Object.fromEntries(Object.keys(stepsOf(draft)).map((id) => [id, { sentence: `Waits at ${id}`, ways: [] }])),
  entry: "Everybody",
  problems: [],
});

const GIVEN = { types: [{ type: "wait", icon: "clock" }], icons: "icons.svg", mayChange: true } as unknown as Given;
const rowsOf = (draft: Draft, before: readonly Row[] = []) => steady(before, walked(draft, (id) => waysOf(draft, {}, id)));

function facesOf(draft: Draft, rows: readonly Row[], more: Partial<Seen> = {}): Face[] {
  const nameOf = (id: string) => stepsOf(draft)[id]?.name?.["en"] ?? id;
  const nothing = new Set<string>();
  const counts = { here: {}, left: {} };
  const seen: Seen = { given: GIVEN, draft, judgement: judgement(draft), counts, here: "s0", opened: "", matches: nothing, proof: nothing, nameOf, problemsOf: () => [], ...more };
  return rows.map((row) => faceOf(seen, row, row.kind === "jump" ? nameOf(row.id) : "Add"));
}

/** How many lines are drawn again: those whose face is not the very same as before. */
function drawnAgain(before: readonly Face[], after: readonly Face[]): number {
  const known = new Set(before);
  return steady(before, after).filter((face) => !known.has(face)).length;
}

test("an arrow key draws two lines of a long journey again", () => {
  const draft = long();
  const rows = rowsOf(draft);
  expect(rows.length).toBeGreaterThan(COUNT);
  expect(drawnAgain(facesOf(draft, rows), facesOf(draft, rows, { here: "s1" }))).toBe(2);
});

test("a name that is typed draws its own line again, and lays nothing out", () => {
  const draft = long();
  const rows = rowsOf(draft);
  const after = withStep(draft, "s77", { ...(stepsOf(draft)["s77"] as Step), name: { en: "Renamed" } });
  expect(rowsOf(after, rows)).toBe(rows);
  expect(drawnAgain(facesOf(draft, rows), facesOf(after, rowsOf(after, rows)))).toBe(1);
});

test("what is judged anew and says the same draws nothing again", () => {
  const draft = long();
  const rows = rowsOf(draft);
  expect(drawnAgain(facesOf(draft, rows), facesOf(draft, rows, { judgement: judgement(structuredClone(draft)) }))).toBe(0);
});

test("a step that is taken out draws nothing again", () => {
  const draft = long();
  const rows = rowsOf(draft);
  const after = removed(draft, "s42");
  const left = rowsOf(after, rows);
  expect(left.length).toBe(rows.length - 1);
  expect(drawnAgain(facesOf(draft, rows), facesOf(after, left))).toBe(0);
});

test("a step that parts and is taken out sets all below it elsewhere, and draws the one behind it again", () => {
  const draft = long();
  const rows = rowsOf(draft);
  const after = removed(draft, "s9");
  const left = rowsOf(after, rows);
  const depths = new Map(rows.map((row) => [row.key, row.depth]));
  expect(left.filter((row) => depths.get(row.key) !== row.depth).length).toBeGreaterThan(COUNT - 20);
  expect(drawnAgain(facesOf(draft, rows), facesOf(after, left))).toBe(1);
});

test("what is the same in two lists is one object, in the order of the later one", () => {
  const one = { key: "a", value: 1 };
  const other = { key: "b", value: 2 };
  expect(steady([one, other], [{ ...one }, { ...other }])).toEqual([one, other]);
  const [first, second] = steady([one, other], [{ ...other }, { ...one, value: 3 }]);
  expect(first).toBe(other);
  expect(second).toEqual({ key: "a", value: 3 });
  expect(isSame({ a: 1 }, { a: 1, b: undefined })).toBe(false);
});
