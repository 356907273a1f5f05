// The shapes of a rule (journeys/criteria/shapes.py) as the builder draws and changes them. It judges nothing: a part
// that it does not know is kept as it is and shown as text, and what is right is for the server to say.

import { at, copyOf, isMapping, listAt, withInserted, withoutItem, withValue } from "./json";
import type { Json, Mapping, Path } from "./json";

export const GROUPS = ["all", "any", "none"] as const;
export const CHOSEN = ["last_of", "first_of", "next_of"] as const;
export type Shape = "group" | "field" | "happened" | "segment" | "written";
export type New = "condition" | "happened" | "segment" | "group";

const KEYS: Record<Exclude<Shape, "group" | "written">, readonly string[]> = {
  field: ["field", "of", "is", "value", "unknown"],
  happened: ["happened", "where", "count", "window", "also", "linked", "not_done", "days", ...CHOSEN],
  segment: ["segment"],
};

export function shapeOf(part: Json | undefined): Shape {
  if (!isMapping(part)) return "written";
  const keys = Object.keys(part);
  const combine = combineOf(part);
  if (combine) return keys.length === 1 && Array.isArray(part[combine]) ? "group" : "written";
  const shape = (["field", "happened", "segment"] as const).find((key) => key in part);
  if (!shape || typeof part[shape] !== "string") return "written";
  return keys.every((key) => KEYS[shape].includes(key)) && areListsLists(part) ? shape : "written";
}

function areListsLists(part: Mapping): boolean {
  return ["where", "also", ...CHOSEN].every((key) => !(key in part) || Array.isArray(part[key]));
}

/** How a group holds its parts together; undefined for what is no group. */
export function combineOf(part: Json | undefined): string | undefined {
  return isMapping(part) ? GROUPS.find((key) => key in part) : undefined;
}

/** The lists of parts right inside a part, by key. */
export function listsOf(part: Json | undefined): string[] {
  const shape = shapeOf(part);
  if (shape === "group") return [combineOf(part) as string];
  if (shape !== "happened" || !isMapping(part)) return [];
  return [...CHOSEN, "where", "also"].filter((key) => key in part);
}

/** Every part with its path, in reading order, the whole first. */
export function partsOf(rule: Json, path: Path = []): Path[] {
  const part = at(rule, path);
  return [
    path,
    ...listsOf(part).flatMap((key) =>
      listAt(part as Json, [key]).flatMap((_part, index) => partsOf(rule, [...path, key, index])),
    ),
  ];
}

export function listOf(path: Path): Path {
  return path.slice(0, -1);
}

export function placeIn(path: Path): number {
  return Number(path.at(-1) ?? 0);
}

/** Whether a part stands in a group (and not among the conditions of something that happened). */
export function isInGroup(path: Path): boolean {
  return path.length > 1 && (GROUPS as readonly string[]).includes(String(path.at(-2)));
}

/** A change of a rule, and where what was changed stands after it. */
export interface Changed {
  rule: Json;
  path: Path;
}

export type Move = "up" | "down" | "in" | "out";

/** The rule after a move; undefined when the part cannot go that way. */
export function moved(rule: Json, path: Path, move: Move): Changed | undefined {
  if (path.length === 0) return undefined;
  if (move === "in") return movedIn(rule, path);
  if (move === "out") return movedOut(rule, path);
  const list = listOf(path);
  const place = placeIn(path) + (move === "up" ? -1 : 1);
  const part = at(rule, path) as Json;
  if (place < 0 || place >= listAt(rule, list).length) return undefined;
  return { rule: withInserted(withoutItem(rule, list, placeIn(path)), list, place, part), path: [...list, place] };
}

/** Into the group right above, as its last part; else into the one right below, as its first. */
function movedIn(rule: Json, path: Path): Changed | undefined {
  const list = listOf(path);
  const place = placeIn(path);
  const part = at(rule, path) as Json;
  const above = combineOf(at(rule, [...list, place - 1]));
  const below = combineOf(at(rule, [...list, place + 1]));
  if (above && shapeOf(at(rule, [...list, place - 1])) === "group") {
    const into = [...list, place - 1, above];
    const end = listAt(rule, into).length;
    return { rule: withInserted(withoutItem(rule, list, place), into, end, part), path: [...into, end] };
  }
  if (below && shapeOf(at(rule, [...list, place + 1])) === "group") {
    const into = [...list, place, below];
    return { rule: withInserted(withoutItem(rule, list, place), into, 0, part), path: [...into, 0] };
  }
  return undefined;
}

/** Out of its group, to the place right after it. */
function movedOut(rule: Json, path: Path): Changed | undefined {
  const group = path.slice(0, -2);
  if (!isInGroup(path) || group.length === 0) return undefined;
  const part = at(rule, path) as Json;
  const list = listOf(group);
  const place = placeIn(group) + 1;
  return { rule: withInserted(withoutItem(rule, listOf(path), placeIn(path)), list, place, part), path: [...list, place] };
}

export function added(rule: Json, list: Path, part: Json): Changed {
  const end = listAt(rule, list).length;
  return { rule: withInserted(rule, list, end, part), path: [...list, end] };
}

export function duplicated(rule: Json, path: Path): Changed {
  const place = placeIn(path) + 1;
  const copy = copyOf(at(rule, path) as Json);
  return { rule: withInserted(rule, listOf(path), place, copy), path: [...listOf(path), place] };
}

/** The rule without a part, and the part that the reader goes on with: the next one, else the one before, else its owner. */
export function removed(rule: Json, path: Path): Changed {
  const list = listOf(path);
  const rest = withoutItem(rule, list, placeIn(path));
  const left = listAt(rest, list).length;
  if (left === 0) return { rule: rest, path: path.slice(0, -2) };
  return { rule: rest, path: [...list, Math.min(placeIn(path), left - 1)] };
}

/** The part alone in a new group, which holds its parts together in another way than the group around it. */
export function grouped(rule: Json, path: Path): Changed {
  const around = path.at(-2) === "any" ? "all" : "any";
  const part = at(rule, path) as Json;
  return { rule: swapped(rule, path, { [around]: [part] }), path };
}

/** The parts of a group in its place. */
export function ungrouped(rule: Json, path: Path): Changed {
  const part = at(rule, path) as Mapping;
  const inside = listAt(part, [combineOf(part) ?? "all"]);
  const list = listOf(path);
  const items = listAt(rule, list);
  const place = placeIn(path);
  return { rule: withValue(rule, list, [...items.slice(0, place), ...inside, ...items.slice(place + 1)]), path };
}

/** Another part in the same place, with an id of its own. */
function swapped(rule: Json, path: Path, part: Json): Json {
  if (path.length === 0) return part;
  return withInserted(withoutItem(rule, listOf(path), placeIn(path)), listOf(path), placeIn(path), part);
}

/** A rule whose whole is a group, so that something can be added beside. */
export function asGroup(rule: Json): Json {
  return shapeOf(rule) === "group" ? rule : { all: [rule] };
}
