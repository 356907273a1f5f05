// What every part of the designer shares.

import { createContext, useContext } from "react";
import type { Branch, Draft, Way } from "./draft";
import type { Editing } from "./editing";
import type { Counts, Given, Judgement, Problem } from "./settings";
import type { PortWords, Row } from "./walking";

export interface Shared extends Editing {
  given: Given;
  token: string;
  judgement: Judgement;
  counts: Counts;
  rows: readonly Row[];
  /** The key of the line that arrow keys start from. */
  here: string;
  /** The id of the step in the panel, HEAD for the journey's own form, empty for none. */
  opened: string;
  matches: ReadonlySet<string>;
  branch: Branch | undefined;
  /** How large the canvas is drawn: 1 is as it was. */
  size: number;
  /** Draw the canvas so many sizes larger or smaller; 0 is as it was. */
  zoom: (steps: number) => void;
  nameOf: (id: string) => string;
  waysOf: (id: string) => PortWords[];
  problemsOf: (id: string) => Problem[];
  /** Stand at a line, with the focus unless it goes elsewhere. */
  go: (key: string, isFocused?: boolean) => void;
  open: (id: string) => void;
  close: () => void;
  /** Ask what to add in a way, or after a step. */
  ask: (row: Row) => void;
  add: (way: Way, type: string) => void;
  paste: (way: Way) => void;
  copy: (id: string) => void;
  remove: (id: string) => void;
  /** Whether something typed is not part of the draft yet. */
  onTyping: (isTyping: boolean) => void;
  /** Have what was typed in the panel become part of the draft now. */
  onSettle: (settle: () => Promise<unknown>) => void;
}

export const DesignerContext = createContext<Shared | undefined>(undefined);

export function useDesigner(): Shared {
  const shared = useContext(DesignerContext);
  if (!shared) throw new Error("outside of the designer");
  return shared;
}

/** What people called a step, in their language if it has one. */
export function nameIn(draft: Draft, id: string, language: string, otherwise: string): string {
  const names = (draft.steps ?? {})[id]?.name;
  if (typeof names !== "object" || names === null) return otherwise;
  return names[language] ?? names["en"] ?? Object.values(names)[0] ?? otherwise;
}
