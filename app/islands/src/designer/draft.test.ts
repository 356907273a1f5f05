import { expect, test } from "vitest";
import { added, branchOf, connected, freeId, pasted, removed, stepsOf, START, targetOf, withPart } from "./draft";
import type { Draft } from "./draft";
import { laidOut, SIZE } from "./layout";
import { found, neighbour, sibling, walked, waysOf } from "./walking";

const draft = (): Draft => ({
  start: "ask",
  steps: {
    ask: { type: "wait", config: {}, next: { yes: "book", no: "call" } },
    book: { type: "send_message", next: { next: "end" } },
    call: { type: "task", next: { done: "end", again: "ask" } },
    end: { type: "end", next: {} },
  },
});
const ways = (of: Draft) => (id: string) => waysOf(of, { ask: [["yes", "Yes"], ["no", "No"], ["timeout", "In time"]] }, id);
const keys = (of: Draft) => walked(of, ways(of)).map((row) => row.key);

test("a new step stands in its way, and what was changed before is as it was", () => {
  const before = draft();
  const { draft: after, id } = added(before, { from: "ask", port: "yes" }, "send_message", { en: "Send" }, ["next"]);
  expect(id).toBe("send-message");
  expect(stepsOf(after)["ask"]?.next).toEqual({ yes: "send-message", no: "call" });
  expect(stepsOf(after)[id]?.next).toEqual({ next: "book" });
  expect(before).toEqual(draft());
  const { draft: first } = added(before, START, "note", {}, ["next"]);
  expect(first.start).toBe("note");
  expect(targetOf(first, { from: "note", port: "next" })).toBe("ask");
});

test("an end in a way leads nowhere", () => {
  const { draft: after, id } = added(draft(), { from: "ask", port: "no" }, "end", {}, []);
  expect(id).toBe("end-2");
  expect(stepsOf(after)[id]?.next).toEqual({});
});

test("taking a step out joins what was around it, also at the start", () => {
  expect(stepsOf(removed(draft(), "book"))["ask"]?.next).toEqual({ yes: "end", no: "call" });
  const after = removed(draft(), "ask");
  expect(after.start).toBe("book");
  expect(stepsOf(after)["call"]?.next).toEqual({ done: "end", again: "book" });
  expect(stepsOf(removed(draft(), "end"))["book"]?.next).toEqual({});
});

test("a way is connected and let go", () => {
  const after = connected(draft(), { from: "book", port: "next" }, undefined);
  expect(targetOf(after, { from: "book", port: "next" })).toBeUndefined();
  expect(targetOf(connected(after, START, "call"), START)).toBe("call");
});

test("a branch is what one comes to through its first step alone", () => {
  expect(Object.keys(branchOf(draft(), "call").steps)).toEqual(["call"]);
  expect(Object.keys(branchOf(draft(), "ask").steps).sort()).toEqual(["ask", "book", "call", "end"]);
});

test("a pasted branch has ids of its own, keeps its inner ways and leads out to steps that are there", () => {
  const branch = branchOf(draft(), "ask");
  const { draft: after, id } = pasted(draft(), { from: "ask", port: "timeout" }, branch);
  expect(id).toBe("ask-2");
  const steps = stepsOf(after);
  expect(Object.keys(steps).length).toBe(8);
  expect(steps["ask-2"]?.next).toEqual({ yes: "book-2", no: "call-2" });
  expect(steps["call-2"]?.next).toEqual({ done: "end-2", again: "ask-2" });
  expect(targetOf(after, { from: "ask", port: "timeout" })).toBe("ask-2");
  const { draft: other } = pasted({ start: "", steps: {} }, START, branchOf(draft(), "call"));
  expect(stepsOf(other)["call"]?.next).toEqual({});
});

test("a branch pasted into a way leads on to where the way led", () => {
  const open: Draft = { start: "a", steps: { a: { type: "wait", next: {} } } };
  const { draft: after, id } = pasted(draft(), { from: "book", port: "next" }, branchOf(open, "a"));
  expect(stepsOf(after)[id]?.next).toEqual({ next: "end" });
});

test("ids are the first that are free", () => {
  expect(freeId({ wait: 1, "wait-2": 1 }, "wait")).toBe("wait-3");
});

test("the walk shows every step once, references to others, and ways that lead nowhere", () => {
  expect(keys(draft())).toEqual(["ask", "book", "end", "call", "jump call done", "jump call again", "open ask timeout"]);
  const stray = { ...draft(), start: "book" };
  expect(walked(stray, ways(stray)).filter((row) => row.isStray).map((row) => row.key)).toContain("ask");
  expect(keys({ start: "", steps: {} })).toEqual(["open  start"]);
});

test("arrows walk the lines, out and in", () => {
  const rows = walked(draft(), ways(draft()));
  expect(neighbour(rows, "book", "down")).toBe("end");
  expect(neighbour(rows, "call", "out")).toBe("ask");
  expect(neighbour(rows, "call", "in")).toBe("jump call done");
  expect(neighbour(rows, "jump call done", "in")).toBe("end");
  expect(neighbour(rows, "gone", "down")).toBe("ask");
  expect(sibling(rows, "book", 1)).toBe("call");
  expect(sibling(rows, "call", 1)).toBe("open ask timeout");
  expect(sibling(rows, "ask", 1)).toBeUndefined();
});

test("search asks for every word", () => {
  const rows = walked(draft(), ways(draft()));
  expect(found(rows, "BOOK a", (id) => `${id} a visit`)).toEqual(["book"]);
  expect(found(rows, "  ", () => "")).toEqual([]);
});

test("no two places of the canvas lie on each other, and the same journey is the same picture", () => {
  const rows = walked(draft(), ways(draft()));
  const { places, lines, width } = laidOut(rows);
  const all = [...places.values()];
  for (const one of all) {
    for (const other of all.filter((each) => each !== one)) {
      const beside = Math.abs(one.x - other.x) >= SIZE.width;
      expect(beside || one.y + one.height <= other.y || other.y + other.height <= one.y).toBe(true);
    }
    expect(one.x).toBeGreaterThanOrEqual(0);
    expect(one.x + SIZE.width).toBeLessThanOrEqual(width);
  }
  expect(lines.length).toBe(rows.length - 1);
  expect(laidOut(walked(draft(), ways(draft()))).lines).toEqual(lines);
});

test("one part is taken from another draft, or taken out as it is there", () => {
  const other = removed(draft(), "book");
  expect(stepsOf(withPart(draft(), ["steps", "book"], other))["book"]).toBeUndefined();
  expect(withPart({ ...draft(), priority: 1 }, ["priority"], { priority: 2 })["priority"]).toBe(2);
  expect("priority" in withPart({ ...draft(), priority: 1 }, ["priority"], {})).toBe(false);
});
