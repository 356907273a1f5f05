import { expect, test } from "vitest";
import { OneAtATime } from "./asking";
import { begun, redone, undone, went } from "./history";
import { at, idOf, withValue } from "./json";
import type { Json } from "./json";
import { added, duplicated, grouped, moved, partsOf, removed, shapeOf, ungrouped } from "./parts";
import { windowOf, withPlus, withRecord, withWay } from "./turning";

const ONE: Json = { segment: "one" };
const TWO: Json = { segment: "two" };
const GROUP: Json = { any: [{ segment: "inside" }] };
const rule = (): Json => ({ all: [ONE, TWO, GROUP] });

test("what the builder does not know is shown as it is written", () => {
  expect(shapeOf({ segment: "one" })).toBe("segment");
  expect(shapeOf({ segment: "one", note: "kept" })).toBe("written");
  expect(shapeOf({ all: [], any: [] })).toBe("written");
  expect(shapeOf({ happened: "appointment", where: "all" })).toBe("written");
  expect(shapeOf("half a thou")).toBe("written");
  expect(shapeOf({ happened: "observation", last_of: [], where: [], also: [], window: { last: { days: 1 } } })).toBe("happened");
});

test("every key of what happened has a form, alone and together", () => {
  const around = { happened: "procedure", not_done: true, linked: "based_on", window: { overlaps: [{ now: true }, { now: true }] } };
  expect(shapeOf(around)).toBe("happened");
  expect(shapeOf({ happened: "medication_request", days: { at_least: 90 }, window: { during: [] } })).toBe("happened");
  expect(shapeOf({ happened: "procedure", not_doen: true })).toBe("written");
});

test("how often gives up what cannot stand beside it, and nothing else", () => {
  const rule = { happened: "encounter", not_done: true, count: { exactly: 0 }, where: [ONE] };
  const days = withWay(rule, "days", 0);
  expect(days).toEqual({ happened: "encounter", not_done: true, where: [ONE], days: { at_least: 30 } });
  expect(withWay(days, "never", 1)).toEqual(rule);
  expect(withWay(days, "last_of", 1)).toEqual({ happened: "encounter", not_done: true, where: [ONE], last_of: [] });
});

test("the moments of a window stay when another window lies between two, too", () => {
  const two: Json = [{ date: "2026-01-01" }, { now: true }];
  expect(windowOf("ends", "between", two)).toEqual({ ends: two });
  expect(windowOf("during", "overlaps", two)).toEqual({ during: two });
  expect(windowOf("overlaps", "last", { days: 3 })).toEqual({ overlaps: [{ now: true, plus: { days: -30 } }, { now: true }] });
  expect(windowOf("last", "ends", two)).toEqual({ last: { days: 30 } });
});

test("that somebody decided against it stays only with what can be refused", () => {
  const kind = { name: "x", label: "x", when: "at", attributes: [] };
  const rule = { happened: "procedure", not_done: true, linked: "reason", where: [ONE] };
  expect(withRecord(rule, "immunization", { ...kind, refusable: true })).toEqual({ happened: "immunization", linked: "reason", not_done: true });
  expect(withRecord(rule, "task", { ...kind, refusable: false })).toEqual({ happened: "task", linked: "reason" });
});

test("the very instant and some time before or after exclude each other", () => {
  expect(withPlus({ record: "start_at", exact: true }, { days: -1 })).toEqual({ record: "start_at", plus: { days: -1 } });
  expect(withPlus({ record: "start_at", plus: { days: 1 } }, undefined)).toEqual({ record: "start_at" });
});

test("a change leaves what was before as it was, and the part keeps its id", () => {
  const before = rule();
  const after = withValue(before, ["all", 0, "segment"], "other");
  expect(at(before, ["all", 0, "segment"])).toBe("one");
  expect(at(after, ["all", 0])).toEqual({ segment: "other" });
  expect(idOf(at(after, ["all", 0]))).toBe(idOf(at(before, ["all", 0])));
  expect(at(after, ["all", 1])).toBe(at(before, ["all", 1]));
});

test("parts move up, down, into the group beside them and out again", () => {
  expect(moved(rule(), ["all", 0], "up")).toBeUndefined();
  expect(moved(rule(), ["all", 0], "down")?.rule).toEqual({ all: [TWO, ONE, GROUP] });
  const inside = moved(rule(), ["all", 1], "in");
  expect(inside?.rule).toEqual({ all: [ONE, { any: [TWO, { segment: "inside" }] }] });
  const back = moved(inside?.rule as Json, inside?.path ?? [], "out");
  expect(back?.rule).toEqual({ all: [ONE, GROUP, TWO] });
  expect(back?.path).toEqual(["all", 2]);
  expect(moved(rule(), ["all", 0], "out")).toBeUndefined();
});

test("conditions on a record never leave it", () => {
  const around: Json = { all: [{ happened: "appointment", where: [ONE] }] };
  expect(moved(around, ["all", 0, "where", 0], "out")).toBeUndefined();
});

test("parts are added, doubled, put into a group, freed and removed", () => {
  expect(added(rule(), ["all"], ONE)).toMatchObject({ path: ["all", 3] });
  const doubled = duplicated(rule(), ["all", 0]);
  expect(at(doubled.rule, ["all", 1])).toEqual(ONE);
  expect(idOf(at(doubled.rule, ["all", 1]))).not.toBe(idOf(at(doubled.rule, ["all", 0])));
  expect(at(grouped(rule(), ["all", 0]).rule, ["all", 0])).toEqual({ any: [ONE] });
  expect(ungrouped(rule(), ["all", 2]).rule).toEqual({ all: [ONE, TWO, { segment: "inside" }] });
  expect(removed(rule(), ["all", 2])).toEqual({ rule: { all: [ONE, TWO] }, path: ["all", 1] });
});

test("every part is found in reading order", () => {
  const whole: Json = { all: [{ happened: "appointment", where: [ONE], also: [{ happened: "task", where: [TWO] }] }, GROUP] };
  expect(partsOf(whole).map((path) => path.join("."))).toEqual([
    "",
    "all.0",
    "all.0.where.0",
    "all.0.also.0",
    "all.0.also.0.where.0",
    "all.1",
    "all.1.any.0",
  ]);
});

test("typing at one place is one step of the history", () => {
  let history = begun("");
  for (const text of ["a", "ab", "abc"]) history = went(history, text, "rule.value");
  history = went(history, "other");
  history = undone(history);
  expect(history.present).toBe("abc");
  history = undone(history);
  expect(history.present).toBe("");
  expect(undone(history).present).toBe("");
  expect(redone(history).present).toBe("abc");
});

test("one question runs at a time, the newest waits, and an old answer is dropped", async () => {
  const asked: string[] = [];
  const told: unknown[] = [];
  const answers: Array<(answer: string) => void> = [];
  const counter = new OneAtATime<string, string>(
    (question) => {
      asked.push(question);
      return new Promise((answer) => answers.push(answer));
    },
    (outcome) => told.push(outcome),
  );
  for (const question of ["first", "second", "third"]) counter.next(question);
  expect(asked).toEqual(["first"]);
  answers[0]?.("an old answer");
  await new Promise((done) => setTimeout(done));
  expect(asked).toEqual(["first", "third"]);
  expect(told).toEqual([]);
  answers[1]?.("the newest");
  await new Promise((done) => setTimeout(done));
  expect(told).toEqual([{ answer: "the newest" }]);
});
