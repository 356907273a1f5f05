// Outline and Canvas: the same lines in the same order, with the same keys.

import { memo, useMemo } from "react";
import type { CSSProperties, KeyboardEvent, MouseEvent } from "react";
import { word } from "../rules/words";
import type { Shared } from "./context";
import { useDesigner } from "./context";
import { START } from "./draft";
import { laidOut } from "./layout";
import type { Line as Stroke } from "./layout";
import type { Face } from "./faces";
import { Entry, Line, useFaces } from "./lines";
import { neighbour, sibling } from "./walking";
import type { Row } from "./walking";

/** By keys: larger, smaller, as it was. */
const ZOOMS: Record<string, number> = { "+": 1, "-": -1, "0": 0 };

/** The way to the first step. */
const FIRST: Row = { key: "", kind: "open", id: "", ...START, words: "", depth: 0, isStray: false };

/** How far the Outline sets lines in at most. */
const DEEPEST = 8;

export interface DrawingProps {
  proof: ReadonlySet<string>;
}

export function Outline({ proof }: DrawingProps) {
  const shared = useDesigner();
  const faces = useFaces(proof);
  const { rows } = shared;
  return (
    <div className="jd-outline" onKeyDown={(event) => press(event, shared, false)} onClick={(event) => click(event, shared)}>
      <Entry />
      <ol aria-label={word("Steps")}>
        {faces.map((face, place) => (
          <OutlineRow key={face.key} face={face} depth={Math.min(rows[place]?.depth ?? 0, DEEPEST)} />
        ))}
      </ol>
    </div>
  );
}

const OutlineRow = memo(function OutlineRow({ face, depth }: { face: Face; depth: number }) {
  return (
    <li className={`jd-row jd-row--${face.kind}`} style={{ "--depth": depth } as CSSProperties}>
      <Line face={face} />
    </li>
  );
});

export function Canvas({ proof }: DrawingProps) {
  const shared = useDesigner();
  const faces = useFaces(proof);
  const { rows, size } = shared;
  const { places, lines, width, height } = useMemo(() => laidOut(rows), [rows]);
  return (
    <div className="jd-canvas" onKeyDown={(event) => press(event, shared, true)} onClick={(event) => click(event, shared)}>
      <Entry />
      <div className="jd-sheet" style={{ inlineSize: width, blockSize: height + 12, zoom: size }}>
        <Strokes lines={lines} width={width} height={height} />
        <ol aria-label={word("Steps")}>
          {faces.map((face) => {
            const place = places.get(face.key);
            return <CanvasNode key={face.key} face={face} x={place?.x ?? 0} y={place?.y ?? 0} height={place?.height ?? 0} />;
          })}
        </ol>
      </div>
    </div>
  );
}

const Strokes = memo(function Strokes({ lines, width, height }: { lines: readonly Stroke[]; width: number; height: number }) {
  return (
    <svg className="jd-lines" width={width} height={height} aria-hidden="true">
      {lines.map((line) => (
        <path key={line.to} d={line.path} />
      ))}
    </svg>
  );
});

const CanvasNode = memo(function CanvasNode({ face, x, y, height }: { face: Face; x: number; y: number; height: number }) {
  return (
    <li className="jd-node" style={{ insetInlineStart: x, insetBlockStart: y, blockSize: height }}>
      <Line face={face} />
    </li>
  );
});

function rowAt(target: EventTarget, rows: readonly Row[]): Row | undefined {
  const key = (target as Element).closest<HTMLElement>("[data-key]")?.dataset["key"];
  return rows.find((row) => row.key === key);
}

function click(event: MouseEvent, shared: Shared): void {
  const row = rowAt(event.target, shared.rows);
  if (row) enter(row, shared);
}

function enter(row: Row, shared: Shared): void {
  if (row.kind === "jump") return shared.go(row.id);
  shared.go(row.key, false);
  if (row.kind === "step") shared.open(row.id);
  else shared.ask(row);
}

/** Keys of a line; they mean something only while a line has the focus. */
function press(event: KeyboardEvent, shared: Shared, isCanvas: boolean): void {
  if ((event.target as Element).matches("[data-entry]")) return pressEntry(event, shared);
  const row = rowAt(event.target, shared.rows);
  if (!row || event.altKey) return;
  const work = event.ctrlKey || event.metaKey ? commandOf(event.key, row, shared) : workOf(event.key, row, shared, isCanvas);
  if (!work) return;
  event.preventDefault();
  work();
}

function pressEntry(event: KeyboardEvent, shared: Shared): void {
  const isAdding = event.key.toLowerCase() === "a" && shared.given.mayChange && !event.ctrlKey && !event.metaKey;
  if (event.key !== "ArrowDown" && !isAdding) return;
  event.preventDefault();
  if (isAdding) shared.ask(FIRST);
  else shared.go(shared.rows[0]?.key ?? "");
}

function workOf(key: string, row: Row, shared: Shared, isCanvas: boolean): (() => void) | undefined {
  const { rows, go } = shared;
  const isRight = document.documentElement.dir === "rtl";
  const to = (next: string | undefined) => () => next !== undefined && go(next);
  const toEntry = () => document.querySelector<HTMLElement>("[data-entry]")?.focus();
  const forward = isRight ? "ArrowLeft" : "ArrowRight";
  const back = isRight ? "ArrowRight" : "ArrowLeft";
  if (key === "Home") return to(rows[0]?.key);
  if (key === "End") return to(rows.at(-1)?.key);
  if (isCanvas && key in ZOOMS) return () => shared.zoom(ZOOMS[key] ?? 0);
  if (key === "ArrowUp" && rows[0] === row) return toEntry;
  if (key === "ArrowDown") return to(neighbour(rows, row.key, isCanvas ? "in" : "down"));
  if (key === "ArrowUp") return to(neighbour(rows, row.key, isCanvas ? "out" : "up"));
  if (key === forward) return to(isCanvas ? sibling(rows, row.key, 1) : neighbour(rows, row.key, "in"));
  if (key === back) return to(isCanvas ? sibling(rows, row.key, -1) : neighbour(rows, row.key, "out"));
  if (!shared.given.mayChange) return undefined;
  if (key.toLowerCase() === "a") return () => shared.ask(row);
  if (key === "Delete" && row.kind === "step") return () => shared.remove(row.id);
  return undefined;
}

function commandOf(key: string, row: Row, shared: Shared): (() => void) | undefined {
  const letter = key.toLowerCase();
  if (letter === "c" && row.kind === "step") return () => shared.copy(row.id);
  if (letter === "v" && shared.branch && shared.given.mayChange) return () => shared.paste(wayAt(row, shared));
  return undefined;
}

/** The way that a line stands for: its own where nothing is there, else the first open one of its step, else its first. */
export function wayAt(row: Row, { rows, waysOf }: Pick<Shared, "rows" | "waysOf">): { from: string; port: string } {
  if (row.kind !== "step") return { from: row.from, port: row.port };
  const open = rows.find((other) => other.kind === "open" && other.from === row.id);
  return { from: row.id, port: open?.port ?? waysOf(row.id)[0]?.port ?? "next" };
}
