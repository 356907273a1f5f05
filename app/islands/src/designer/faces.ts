// What one line of the walk shows, as plain values: a line is drawn again only when one of its own differs.

import { stepsOf } from "./draft";
import type { Draft } from "./draft";
import type { Counts, Given, Judgement, Problem } from "./settings";
import type { Row } from "./walking";

export interface Face extends Pick<Row, "key" | "kind" | "words" | "isStray"> {
  icons: string;
  icon: string;
  name: string;
  sentence: string;
  isHere: boolean;
  isOpened: boolean;
  isMatch: boolean;
  isProof: boolean;
  errors: number;
  warnings: number;
  /** How many patients stand here, in words. */
  standing: string;
  /** How many came here by this way lately, in words. */
  left: string;
  isOff: boolean;
}

/** What lines are drawn from. */
export interface Seen {
  given: Given;
  draft: Draft;
  judgement: Judgement;
  counts: Counts;
  here: string;
  opened: string;
  matches: ReadonlySet<string>;
  proof: ReadonlySet<string>;
  nameOf: (id: string) => string;
  problemsOf: (id: string) => readonly Problem[];
}

/** `says` are the words of a line that is no step. Where the line stands, and below what, is none of its face. */
export function faceOf(seen: Seen, row: Row, says: string): Face {
  const { given, here, opened } = seen;
  const { key, kind, words, isStray } = row;
  const isStep = row.kind === "step";
  const problems = isStep ? seen.problemsOf(row.id) : [];
  const errors = problems.filter((problem) => problem.severity === "error").length;
  return {
    key,
    kind,
    words,
    isStray,
    icons: given.icons,
    icon: iconOf(seen, row),
    name: isStep ? seen.nameOf(row.id) : says,
    sentence: isStep ? (seen.judgement.steps[row.id]?.sentence ?? "") : "",
    isHere: here === row.key,
    isOpened: isStep && opened === row.id,
    isMatch: seen.matches.has(row.key),
    isProof: isStep && seen.proof.has(row.id),
    errors,
    warnings: problems.length - errors,
    standing: isStep ? (seen.counts.here[row.id] ?? "") : "",
    left: seen.counts.left[`${row.from} ${row.port}`] ?? "",
    isOff: !given.mayChange,
  };
}

function iconOf({ given, draft }: Seen, row: Row): string {
  if (row.kind === "open") return "plus";
  if (row.kind === "jump") return "arrow-right";
  return given.types.find((type) => type.type === stepsOf(draft)[row.id]?.type)?.icon ?? "activity";
}

/** Whether two things hold the same plain values, or the very same objects. */
export function isSame(one: object, other: object): boolean {
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.is(one[key as keyof object], other[key as keyof object]));
}

interface Keyed {
  key: string;
}

/** The later list made of what is the same in the earlier one; the earlier one itself when nothing differs. */
export function steady<Item extends Keyed>(before: readonly Item[], after: readonly Item[]): readonly Item[] {
  const known = new Map(before.map((item) => [item.key, item]));
  const items = after.map((item) => {
    const old = known.get(item.key);
    return old !== undefined && isSame(old, item) ? old : item;
  });
  const isAsBefore = items.length === before.length && items.every((item, place) => item === before[place]);
  return isAsBefore ? before : items;
}
