// The draft with its history. What is typed comes late, from the server: every change is made to the draft as it is then.

import { useMemo, useRef, useState } from "react";
import { begun, redone, undone, went } from "../rules/history";
import type { History } from "../rules/history";
import { announce, word } from "../rules/words";
import type { Draft } from "./draft";

export type Change = (draft: Draft) => Draft;

export interface Editing {
  draft: Draft;
  canUndo: boolean;
  canRedo: boolean;
  /** The draft as it is now, also between two drawings. */
  latest: () => Draft;
  /** Changes at the same place one after the other are undone as one. */
  change: (change: Change, says?: string, place?: string) => void;
  undo: () => void;
  redo: () => void;
}

export function useEditing(first: Draft): Editing {
  const [history, setHistory] = useState<History<Draft>>(() => begun(first));
  const now = useRef(history);
  const actions = useMemo(() => {
    const put = (next: History<Draft>, says: string) => {
      if (next === now.current) return;
      now.current = next;
      setHistory(next);
      if (says) announce(says);
    };
    return {
      latest: () => now.current.present,
      change: (change: Change, says = "", place = "") => {
        const next = change(now.current.present);
        if (next !== now.current.present) put(went(now.current, next, place), says);
      },
      undo: () => put(undone(now.current), word("Undone")),
      redo: () => put(redone(now.current), word("Redone")),
    };
  }, []);
  return { ...actions, draft: history.present, canUndo: history.past.length > 0, canRedo: history.future.length > 0 };
}
