import { expect, test } from "vitest";
import { OneAtATime } from "./asking";
import { begun, redone, undone, went } from "./history";
import { at, idOf, withValue } from "./json";
import type { Json } from "./json";
import { added, duplicated, grouped, moved, partsOf, removed, shapeOf, ungrouped } from "./parts";

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
