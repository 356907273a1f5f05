// Saves the draft. What somebody else saved meanwhile is woven in by the server; where both changed the same, nothing is
// saved and both sides are here to choose from.

import { useEffect, useRef, useState } from "react";
import { ask } from "../rules/asking";
import type { Mapping } from "../rules/json";
import { announce, word } from "../rules/words";
import { withPart } from "./draft";
import type { Draft } from "./draft";
import type { Editing } from "./editing";
import type { Conflict, Given, Saved } from "./settings";

export interface Saving {
  isSaved: boolean;
  isBusy: boolean;
  /** The last time that it was tried. */
  isFailed: boolean;
  says: string;
  by: string;
  conflicts: Conflict[];
  save: () => Promise<void>;
  takeTheirs: (conflict: Conflict) => void;
}

interface Stored {
  base: Draft;
  rowVersion: number;
}

export function useSaving(given: Given, token: string, editing: Editing, settle: () => Promise<unknown>): Saving {
  const stored = useRef<Stored>({ base: given.content, rowVersion: given.rowVersion });
  const [saved, setSaved] = useState(editing.draft);
  const [isBusy, setBusy] = useState(false);
  const [says, setSays] = useState("");
  const [isFailed, setFailed] = useState(false);
  const [refused, setRefused] = useState<{ conflicts: Conflict[]; by: string; theirs: Draft }>();
  const isSaved = saved === editing.draft;
  useEffect(() => {
    if (isSaved) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isSaved]);

  const tell = (text: string, isDone = false) => {
    setSays(text);
    setFailed(!isDone);
    announce(text);
  };
  const save = async () => {
    if (isBusy) return;
    setBusy(true);
    await settle();
    const sent = editing.latest();
    const answer = await ask<Saved>(given.addresses.save, token, { content: sent, ...stored.current } as unknown as Mapping).catch(() => undefined);
    setBusy(false);
    if (!answer) return tell(word("Not saved: the server did not answer. What you wrote is kept here."));
    const isOld = editing.latest() !== sent;
    // what was typed while it was saved is woven again, from what was sent
    stored.current = isOld && answer.isWoven ? { ...stored.current, base: sent } : { base: answer.stored, rowVersion: answer.rowVersion };
    if (answer.isWoven && !isOld) editing.change(() => answer.content);
    if (answer.conflicts.length > 0) {
      setRefused({ conflicts: answer.conflicts, by: answer.by, theirs: answer.stored });
      return tell(word("Not saved: somebody else changed the same. Choose below, then save again."));
    }
    setRefused(undefined);
    setSaved(isOld ? sent : editing.latest());
    tell(answer.isWoven ? word("Saved, together with what somebody else changed meanwhile") : word("Saved"), true);
  };
  const takeTheirs = (conflict: Conflict) => {
    if (!refused) return;
    editing.change((draft) => withPart(draft, conflict.part, refused.theirs));
    const conflicts = refused.conflicts.filter((each) => each !== conflict);
    setRefused({ ...refused, conflicts });
    announce(word("Theirs is taken"));
  };
  return { isSaved, isBusy, isFailed, says, save, takeTheirs, conflicts: refused?.conflicts ?? [], by: refused?.by ?? "" };
}
