// What was, what is, what was undone. Typing at one place is one step, so that undo takes back words and not letters.

export interface History<Value> {
  past: Value[];
  present: Value;
  future: Value[];
  place: string;
}

const MOST = 200;

export function begun<Value>(present: Value): History<Value> {
  return { past: [], present, future: [], place: "" };
}

/** A new present. Changes at the same `place` one after the other are one step; an empty place is always its own. */
export function went<Value>(history: History<Value>, present: Value, place = ""): History<Value> {
  const goesOn = place !== "" && place === history.place;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-MOST);
  return { past, present, future: [], place };
}

export function undone<Value>(history: History<Value>): History<Value> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], place: "" };
}

export function redone<Value>(history: History<Value>): History<Value> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, place: "" };
}
