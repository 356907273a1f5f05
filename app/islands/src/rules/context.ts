// What every part of the builder shares: the schema, the rule as it stands, how to change it, what the server says of it.

import { createContext, useContext } from "react";
import type { Counted, Problem } from "./asking";
import type { Json, Path } from "./json";
import type { RecordKind, Schema } from "./schema";
import type { Changed, Move } from "./parts";

export interface Builder {
  schema: Schema;
  icons: string;
  rule: Json;
  focus: RecordKind | undefined;
  /** The place of a path as the server names it: `rule.all.0.value`. */
  placeOf: (path: Path) => string;
  problemsOf: (path: Path) => Problem[];
  counted: Counted | undefined;
  /** Put a value at a path. Changes with the same path one after the other are undone as one. */
  put: (path: Path, value: Json | undefined) => void;
  /** A change of several things at once. */
  change: (rule: Json, says?: string) => void;
  /** A change after which the focus goes to the part at its path. */
  goTo: (changed: Changed | undefined, says: string, to?: "first" | "handle") => void;
  move: (path: Path, move: Move) => void;
  /** The reader has left a part: from now on what is wrong with it is said. */
  settle: (id: string) => void;
}

export const BuilderContext = createContext<Builder | undefined>(undefined);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error("A part of the builder stands outside of it");
  return builder;
}

/** What the conditions at a place are about: the patient, or a record; inside `also`, the record it is found around. */
export interface Around {
  record: RecordKind | undefined;
  outer: RecordKind | undefined;
  isAlso: boolean;
}

export const PATIENT: Around = { record: undefined, outer: undefined, isAlso: false };
