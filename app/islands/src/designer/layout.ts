// Where the canvas draws each line of the walk: computed from the journey alone and never stored, so that the same journey
// is always the same picture. Every step stands below the one it is first come to from, right above its own first way, so
// that one reads down the first ways and to the side where ways part. What leads to a step that stands elsewhere is a reference, so that no lines cross.

import type { Row } from "./walking";

export const SIZE = { width: 232, height: 92, small: 40, gapX: 28, gapY: 62 };

export interface Place {
  key: string;
  x: number;
  y: number;
  height: number;
}

export interface Line {
  from: string;
  to: string;
  path: string;
}

export interface Layout {
  places: Map<string, Place>;
  lines: Line[];
  width: number;
  height: number;
}

interface Branch {
  row: Row;
  below: Branch[];
}

export function laidOut(rows: readonly Row[]): Layout {
  const places = new Map<string, Place>();
  let right = 0;
  for (const tree of treesOf(rows)) right = placed(tree, right, places);
  const lines = rows.flatMap((row) => lineTo(row, places));
  const bottoms = [...places.values()].map((place) => place.y + place.height);
  return { places, lines, width: Math.max(SIZE.width, right - SIZE.gapX), height: Math.max(0, ...bottoms) };
}

function treesOf(rows: readonly Row[]): Branch[] {
  const byStep = new Map<string, Branch>();
  const roots: Branch[] = [];
  for (const row of rows) {
    const branch = { row, below: [] };
    if (row.kind === "step") byStep.set(row.id, branch);
    const above = byStep.get(row.from);
    if (above) above.below.push(branch);
    else roots.push(branch);
  }
  return roots;
}

/** Places a tree right of `left` and gives where the next one may begin. */
function placed(tree: Branch, left: number, places: Map<string, Place>): number {
  const tops = new Map<Branch, number>([[tree, 0]]);
  const order: Branch[] = [];
  const waiting = [tree];
  for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
    order.push(branch);
    const below = (tops.get(branch) ?? 0) + heightOf(branch.row) + SIZE.gapY;
    for (const each of branch.below) tops.set(each, below);
    waiting.push(...[...branch.below].reverse());
  }
  let right = left;
  const middles = new Map<Branch, number>();
  for (const branch of order) {
    if (branch.below.length > 0) continue;
    middles.set(branch, right + SIZE.width / 2);
    right += SIZE.width + SIZE.gapX;
  }
  for (const branch of order.reverse()) {
    const first = branch.below[0];
    if (first) middles.set(branch, middles.get(first) ?? 0);
    const x = (middles.get(branch) ?? 0) - SIZE.width / 2;
    places.set(branch.row.key, { key: branch.row.key, x, y: tops.get(branch) ?? 0, height: heightOf(branch.row) });
  }
  return right;
}

function heightOf(row: Row): number {
  return row.kind === "step" ? SIZE.height : SIZE.small;
}

function lineTo(row: Row, places: Map<string, Place>): Line[] {
  const from = places.get(row.from);
  const to = places.get(row.key);
  if (!from || !to) return [];
  const half = SIZE.width / 2;
  const bottom = from.y + from.height;
  const bend = bottom + SIZE.gapY / 2 - 10;
  return [{ from: row.from, to: row.key, path: `M${from.x + half} ${bottom}V${bend}H${to.x + half}V${to.y}` }];
}
