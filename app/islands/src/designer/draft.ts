// A journey's draft as the designer changes it. Every function gives a new draft and leaves what it does not know as it is.

export type Step = {
  type: string;
  name?: Record<string, string>;
  next?: Record<string, string>;
  [key: string]: unknown;
};
export type Steps = Record<string, Step>;
export type Draft = { start?: string; name?: Record<string, string>; steps?: Steps; [key: string]: unknown };

/** A way out of a step; the way to the first step has no step of its own. */
export interface Way {
  from: string;
  port: string;
}

export interface Added {
  draft: Draft;
  id: string;
}

export const START: Way = { from: "", port: "start" };

export function stepsOf(draft: Draft): Steps {
  const steps = draft.steps;
  return typeof steps === "object" && steps !== null && !Array.isArray(steps) ? steps : {};
}

export function targetOf(draft: Draft, way: Way): string | undefined {
  const target = way.from === "" ? draft.start : stepsOf(draft)[way.from]?.next?.[way.port];
  return typeof target === "string" && target !== "" ? target : undefined;
}

/** `send-message`, `send-message-2`, …: the first that no step has. */
export function freeId(taken: object, kind: string): string {
  const base = kind.replaceAll("_", "-");
  let name = base;
  for (let number = 2; name in taken; number += 1) name = `${base}-${number}`;
  return name;
}

export function withStep(draft: Draft, id: string, step: Step): Draft {
  return { ...draft, steps: { ...stepsOf(draft), [id]: step } };
}

/** A way leads to a step, or nowhere. */
export function connected(draft: Draft, way: Way, target: string | undefined): Draft {
  if (way.from === "") return { ...draft, start: target ?? "" };
  const step = stepsOf(draft)[way.from];
  if (!step) return draft;
  const { [way.port]: _gone, ...others } = step.next ?? {};
  return withStep(draft, way.from, { ...step, next: target === undefined ? others : { ...others, [way.port]: target } });
}

/** A new step in a way; where the way led, its own first way leads. An end goes nowhere. */
export function added(draft: Draft, way: Way, type: string, name: Record<string, string>, ways: readonly string[]): Added {
  const id = freeId(stepsOf(draft), type);
  const after = targetOf(draft, way);
  const port = ways[0];
  const next = after !== undefined && port !== undefined ? { [port]: after } : {};
  const whole = withStep(draft, id, { type, name, config: {}, next });
  return { draft: connected(whole, way, id), id };
}

/** The draft without a step; what led to it leads to where it led first. */
export function removed(draft: Draft, id: string): Draft {
  const { [id]: gone, ...others } = stepsOf(draft);
  const heir = Object.values(gone?.next ?? {}).find((target) => target !== id);
  const steps = Object.fromEntries(Object.entries(others).map(([other, step]) => [other, redirected(step, id, heir)]));
  return { ...draft, ...(draft.start === id ? { start: heir ?? "" } : {}), steps };
}

function redirected(step: Step, from: string, to: string | undefined): Step {
  const ways = Object.entries(step.next ?? {});
  if (!ways.some(([, target]) => target === from)) return step;
  const next = ways.map(([port, target]) => [port, target === from ? to : target] as const);
  return { ...step, next: Object.fromEntries(next.filter((way): way is [string, string] => way[1] !== undefined)) };
}

/** Every step that can be reached from one, without passing another. */
export function reached(draft: Draft, start: string, without = ""): Set<string> {
  const steps = stepsOf(draft);
  const found = new Set<string>();
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id === without || found.has(id) || !(id in steps)) continue;
    found.add(id);
    waiting.push(...Object.values(steps[id]?.next ?? {}));
  }
  return found;
}

export interface Branch {
  root: string;
  steps: Steps;
}

/** A step with everything that one comes to through it alone. */
export function branchOf(draft: Draft, root: string): Branch {
  const elsewhere = reached(draft, draft.start ?? "", root);
  const inside = [...reached(draft, root)].filter((id) => id === root || !elsewhere.has(id));
  return { root, steps: Object.fromEntries(inside.map((id) => [id, structuredClone(stepsOf(draft)[id] as Step)])) };
}

/**
 * A copied branch in a way, under fresh ids. Ways out of the branch go where they went, if that step is there. Where the
 * way led, the first open way of the branch leads.
 */
export function pasted(draft: Draft, way: Way, branch: Branch): Added {
  const taken: Record<string, unknown> = { ...stepsOf(draft) };
  const fresh = new Map<string, string>();
  for (const id of Object.keys(branch.steps)) {
    const own = freeId(taken, id.replace(/-\d+$/, ""));
    taken[own] = true;
    fresh.set(id, own);
  }
  const copies = Object.entries(branch.steps).map(([id, step]) => {
    const ways = Object.entries(step.next ?? {}).map(([port, target]) => [port, fresh.get(target) ?? target] as const);
    const next = Object.fromEntries(ways.filter(([, target]) => target in taken));
    return [fresh.get(id) ?? id, { ...structuredClone(step), next }] as const;
  });
  const id = fresh.get(branch.root) ?? branch.root;
  const after = targetOf(draft, way);
  const whole = connected({ ...draft, steps: { ...stepsOf(draft), ...Object.fromEntries(copies) } }, way, id);
  return { draft: after === undefined ? whole : joined(whole, id, after), id };
}

/** The last step one comes to along first ways leads on to `after`, when it leads nowhere yet. */
function joined(draft: Draft, root: string, after: string): Draft {
  const seen = new Set<string>();
  let id = root;
  for (;;) {
    seen.add(id);
    const step = stepsOf(draft)[id];
    if (!step || step.type === "end") return draft;
    const [target] = Object.values(step.next ?? {});
    if (target === undefined) return connected(draft, { from: id, port: "next" }, after);
    if (seen.has(target)) return draft;
    id = target;
  }
}

/** A part of the draft as it stands in another one; `part` as the server names it. */
export function withPart(draft: Draft, part: readonly string[], other: Draft): Draft {
  const [key = "", inner] = part;
  if (inner === undefined) return settled(draft, key, other[key]) as Draft;
  const here = (draft[key] ?? {}) as Record<string, unknown>;
  const there = (other[key] ?? {}) as Record<string, unknown>;
  return { ...draft, [key]: settled(here, inner, there[inner]) };
}

function settled(whole: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  if (value !== undefined) return { ...whole, [key]: value };
  const { [key]: _gone, ...others } = whole;
  return others;
}

/**
 * A step whose settings changed its ways out: what left by a way that is no more leaves by the first that leads nowhere.
 * `ways` is null while the settings cannot be read.
 */
export function rewired(step: Step, ways: readonly string[] | null): Step {
  if (ways === null) return step;
  const next = { ...step.next };
  for (const [port, target] of Object.entries(next)) {
    const open = ways.find((way) => !(way in next));
    if (ways.includes(port) || open === undefined) continue;
    delete next[port];
    next[open] = target;
  }
  return { ...step, next };
}
