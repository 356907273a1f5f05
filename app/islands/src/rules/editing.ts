// The rule with its history, what is too new to be judged yet, and where the focus goes after a change.

import { useState } from "react";
import { begun, redone, undone, went } from "./history";
import { at, idOf, isSame, withValue } from "./json";
import type { Json, Path } from "./json";
import { partsOf } from "./parts";
import type { Changed } from "./parts";
import { announce, word } from "./words";

/** A part that the focus goes to: its first control, or its handle. */
export interface Wanted {
  id: string;
  to: "first" | "handle";
}

export interface Editing {
  rule: Json;
  canUndo: boolean;
  canRedo: boolean;
  wanted: Wanted | undefined;
  isFresh: (path: Path) => boolean;
  put: (path: Path, value: Json | undefined) => void;
  change: (rule: Json, says?: string) => void;
  goTo: (changed: Changed | undefined, says: string, to?: Wanted["to"]) => void;
  settle: (id: string) => void;
  /** The rule that a text says; texts that follow each other are undone as one. */
  read: (rule: Json) => void;
  undo: () => void;
  redo: () => void;
}

export function useEditing(first: Json, isTried: boolean): Editing {
  const [history, setHistory] = useState(() => begun(first));
  const [fresh, setFresh] = useState<ReadonlySet<string>>(() => new Set(isTried ? [] : [idOf(first)]));
  const [wanted, setWanted] = useState<Wanted>();
  const rule = history.present;
  return {
    rule,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    wanted,
    isFresh: (path) => fresh.has(idOf(at(rule, path), path.join("-"))),
    put: (path, value) => setHistory((before) => went(before, withValue(before.present, path, value), `at ${path.join(".")}`)),
    change: (next, says = "") => {
      setHistory((before) => went(before, next));
      announce(says);
    },
    goTo: (changed, says, to = "handle") => {
      if (!changed) return;
      const part = at(changed.rule, changed.path);
      setHistory((before) => went(before, changed.rule));
      if (to === "first") setFresh((before) => new Set([...before, ...idsIn(part)]));
      setWanted({ id: idOf(part, changed.path.join("-")), to });
      announce(says);
    },
    settle: (id) => setFresh((before) => (before.has(id) ? without(before, id) : before)),
    read: (next) => setHistory((before) => (isSame(before.present, next) ? before : went(before, next, "text"))),
    undo: () => {
      setHistory(undone);
      announce(word("Undone"));
    },
    redo: () => {
      setHistory(redone);
      announce(word("Redone"));
    },
  };
}

function idsIn(part: Json | undefined): string[] {
  return part === undefined ? [] : partsOf(part).map((path) => idOf(at(part, path)));
}

function without(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids].filter((each) => each !== id));
}
