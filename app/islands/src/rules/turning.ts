// What becomes of the rest of a part when one thing about it is chosen anew: what cannot stand beside it is given up.

import type { Json, Mapping } from "./json";
import { CHOSEN } from "./parts";
import type { RecordKind } from "./schema";

export const SPANS = ["last", "next", "after", "before", "around"];
/** The windows that are as long as a span. */

export const STRETCHES = ["between", "overlaps", "during", "ends"];
/** The windows that lie between two moments. */

/** Another record has other attributes: what was asked of them is given up. */
export function withRecord(part: Mapping, name: string, record: RecordKind | undefined): Mapping {
  const { where: _where, also: _also, not_done: refused, ...rest } = part;
  const kept: Mapping = refused !== undefined && record?.refusable ? { ...rest, not_done: refused } : rest;
  const chosen = CHOSEN.find((key) => key in kept);
  return { ...kept, happened: name, ...(chosen ? { [chosen]: [] } : {}) };
}

/** How often it happened, or which one of them is meant. */
export function withWay(part: Mapping, way: string, number: Json): Mapping {
  const { count: _count, days: _days, last_of: last, first_of: first, next_of: next, ...kept } = part;
  if (way === "days") return { ...kept, days: { at_least: 30 } };
  if ((CHOSEN as readonly string[]).includes(way)) return { ...kept, [way]: last ?? first ?? next ?? [] };
  if (way === "never") return { ...kept, count: { exactly: 0 } };
  return { ...kept, count: { [way]: number === 0 ? 1 : number } };
}

/** The window of another kind; two moments, or a span, stay where the new one has them too. */
export function windowOf(kind: string, before: string, value: Json): Mapping | undefined {
  if (kind === "") return undefined;
  if (STRETCHES.includes(kind)) return { [kind]: STRETCHES.includes(before) ? value : [{ now: true, plus: { days: -30 } }, { now: true }] };
  return { [kind]: SPANS.includes(before) ? value : { days: 30 } };
}

/** A moment some time before or after where it starts from; the very instant has no such time. */
export function withPlus(moment: Mapping, plus: Mapping | undefined): Mapping {
  const { plus: _before, exact: _exact, ...base } = moment;
  return plus ? { ...base, plus } : base;
}
