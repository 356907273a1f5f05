// A journey in walking order, first way out first: what Outline and Canvas both draw, and where the arrow keys go.

import { stepsOf, targetOf } from "./draft";
import type { Draft } from "./draft";

export interface PortWords {
  port: string;
  words: string;
}

/** One line: a step, a reference to a step that stands further up, or a way that leads nowhere yet. */
export interface Row {
  key: string;
  kind: "step" | "jump" | "open";
  id: string;
  from: string;
  port: string;
  /** The way's words; empty where there is only one way. */
  words: string;
  depth: number;
  isStray: boolean;
}

export type WaysOf = (id: string) => PortWords[];

/** The ways out that the server knows, then what is written besides. */
export function waysOf(draft: Draft, known: Record<string, [string, string][]>, id: string): PortWords[] {
  const said = known[id] ?? [];
  const written = Object.keys(stepsOf(draft)[id]?.next ?? {}).filter((port) => !said.some(([known]) => known === port));
  return [...said, ...written.map((port) => [port, port] as const)].map(([port, words]) => ({ port, words }));
}

interface Waiting {
  id: string | undefined;
  from: string;
  port: string;
  words: string;
  depth: number;
}

export function walked(draft: Draft, ways: WaysOf): Row[] {
  const steps = stepsOf(draft);
  const seen = new Set<string>();
  const rows: Row[] = [];
  const walk = (start: string | undefined, isStray: boolean) => {
    const waiting: Waiting[] = [{ id: start, from: "", port: "start", words: "", depth: 0 }];
    for (let at = waiting.pop(); at; at = waiting.pop()) {
      const { id, ...how } = at;
      const key = `${how.from} ${how.port}`;
      if (id === undefined || !(id in steps)) {
        if (!isStray || how.from !== "") rows.push({ key: `open ${key}`, kind: "open", id: "", ...how, isStray });
        continue;
      }
      if (seen.has(id)) {
        rows.push({ key: `jump ${key}`, kind: "jump", id, ...how, isStray });
        continue;
      }
      seen.add(id);
      rows.push({ key: id, kind: "step", id, ...how, isStray });
      const out = ways(id);
      const isParting = out.length > 1;
      const depth = isParting ? how.depth + 1 : how.depth;
      const follow = out.map(({ port, words }) => ({
        id: targetOf(draft, { from: id, port }), from: id, port, words: isParting ? words : "", depth,
      }));
      waiting.push(...follow.reverse());
    }
  };
  walk(draft.start || undefined, false);
  for (const id of Object.keys(steps).sort()) if (!seen.has(id)) walk(id, true);
  return rows;
}

export type Direction = "up" | "down" | "in" | "out";

/** Where an arrow key goes: along the lines; out to the step before, in to what follows. */
export function neighbour(rows: readonly Row[], key: string, direction: Direction): string | undefined {
  const place = rows.findIndex((row) => row.key === key);
  const row = rows[place];
  if (!row) return rows[0]?.key;
  if (direction === "up") return rows[place - 1]?.key;
  if (direction === "down") return rows[place + 1]?.key;
  if (direction === "out") return rows.find((other) => other.kind === "step" && other.id === row.from)?.key;
  if (row.kind === "jump") return row.id;
  return rows.find((other) => row.kind === "step" && other.from === row.id)?.key;
}

/** Another way of the same step. */
export function sibling(rows: readonly Row[], key: string, by: 1 | -1): string | undefined {
  const row = rows.find((each) => each.key === key);
  const beside = rows.filter((each) => row && each.from === row.from && each.isStray === row.isStray);
  const place = beside.findIndex((each) => each.key === key);
  return beside[place + by]?.key;
}

/** The rows whose name, sentence, type or id hold every word. */
export function found(rows: readonly Row[], query: string, textOf: (id: string) => string): string[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return rows.filter((row) => row.kind === "step" && words.every((word) => textOf(row.id).includes(word))).map((row) => row.key);
}
