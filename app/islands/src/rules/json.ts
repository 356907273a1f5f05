// Plain JSON, changed without touching what was there before: every change makes new values along one path.
// Objects keep an id through their changes, so that the page knows which part is which after moves, undo and redo.

export type Json = null | boolean | number | string | Json[] | Mapping;
export type Mapping = { [key: string]: Json };
export type Path = ReadonlyArray<string | number>;

const ids = new WeakMap<object, string>();
let last = 0;

export function isMapping(value: Json | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The id of a part; values that are no objects have none of their own and get the given one. */
export function idOf(value: Json | undefined, otherwise = "none"): string {
  if (typeof value !== "object" || value === null) return otherwise;
  const known = ids.get(value);
  if (known) return known;
  const fresh = `r${++last}`;
  ids.set(value, fresh);
  return fresh;
}

/** The same value under the id of another, which it replaces. */
function replacing<Value extends Json>(before: Json | undefined, after: Value): Value {
  if (typeof before === "object" && before !== null && typeof after === "object" && after !== null) {
    ids.set(after, idOf(before));
  }
  return after;
}

export function at(value: Json | undefined, path: Path): Json | undefined {
  let found: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === "number") found = found[step];
    else if (isMapping(found)) found = found[String(step)];
    else return undefined;
  }
  return found;
}

/** The list at a path; empty when there is none. */
export function listAt(value: Json, path: Path): Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** A whole value with another one at a path; `undefined` takes a key out. */
export function withValue(whole: Json, path: Path, value: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value === undefined ? whole : replacing(whole, value);
  if (Array.isArray(whole) && typeof step === "number") {
    const list = [...whole];
    list[step] = withValue(list[step] ?? null, rest, value);
    return replacing(whole, list);
  }
  const before = isMapping(whole) ? whole : {};
  const key = String(step);
  if (rest.length === 0 && value === undefined) {
    const { [key]: _gone, ...kept } = before;
    return replacing(whole, kept);
  }
  return replacing(whole, { ...before, [key]: withValue(before[key] ?? emptyFor(rest), rest, value) });
}

/** What a missing place starts as. */
function emptyFor(rest: Path): Json {
  if (rest.length === 0) return null;
  return typeof rest[0] === "number" ? [] : {};
}

export function withInserted(whole: Json, list: Path, place: number, value: Json): Json {
  const items = listAt(whole, list);
  return withValue(whole, list, [...items.slice(0, place), value, ...items.slice(place)]);
}

export function withoutItem(whole: Json, list: Path, place: number): Json {
  return withValue(whole, list, listAt(whole, list).filter((_item, index) => index !== place));
}

/** A deep copy with ids of its own. */
export function copyOf<Value extends Json>(value: Value): Value {
  return structuredClone(value);
}

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
