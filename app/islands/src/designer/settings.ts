// What the page gives the designer, and what the server says of a draft.

import type { Draft } from "./draft";

export interface StepType {
  type: string;
  label: string;
  help: string;
  icon: string;
  /** Its ways out as far as the type alone decides them, with their words. */
  ways: [string, string][];
}

export interface Problem {
  where: string;
  says: string;
  severity: string;
  step: string;
  /** What it is about inside the step or the head, in words; in a text, with the step. */
  part: string;
  /** The steps of a path that proves it. */
  proof: string[];
  line?: number;
}

/** A sentence after the places that it is about, as far as there are any. */
export function saidAt(says: string, ...places: string[]): string {
  const named = places.filter(Boolean).join(", ");
  return named ? `${named}: ${says}` : says;
}

export interface Judgement {
  steps: Record<string, { sentence: string; ways: [string, string][] }>;
  entry: string;
  problems: Problem[];
}

export interface Counts {
  here: Record<string, string>;
  /** By step and port, with a space between. */
  left: Record<string, string>;
}

export interface Given {
  content: Draft;
  rowVersion: number;
  judgement: Judgement;
  slug: string;
  mayChange: boolean;
  types: StepType[];
  icons: string;
  language: string;
  words: Record<string, string>;
  addresses: Record<"judge" | "panel" | "typed" | "write" | "read" | "save" | "counts", string>;
}

export interface Conflict {
  part: string[];
  where: string;
  name: string;
}

export interface Saved {
  content: Draft;
  stored: Draft;
  rowVersion: number;
  isWoven: boolean;
  conflicts: Conflict[];
  by: string;
}

/** The key of the line that says who comes in. */
export const HEAD = "head";
