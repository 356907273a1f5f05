// Above the drawing: which view, undo and redo, search, saving; and the keys.

import { useState } from "react";
import { announce, word } from "../rules/words";
import { useDesigner } from "./context";
import { Icon } from "./lines";
import type { Saving } from "./saving";
import { inPercent, SIZES } from "./zooming";

export type View = "outline" | "canvas" | "text";

export const VIEWS: readonly View[] = ["outline", "canvas", "text"];

interface ToolbarProps {
  view: View;
  onView: (view: View) => void;
  saving: Saving;
  query: string;
  onQuery: (query: string) => void;
  matches: readonly string[];
}

export function Toolbar({ view, onView, saving, query, onQuery, matches }: ToolbarProps) {
  const { canUndo, canRedo, undo, redo, given } = useDesigner();
  const says: Record<View, string> = { outline: word("Outline"), canvas: word("Canvas"), text: word("Text") };
  return (
    <div className="jd-toolbar" role="toolbar" aria-label={word("The designer")}>
      <div className="row" role="group" aria-label={word("Shown as")}>
        {VIEWS.map((each) => (
          <button key={each} type="button" className="button button--small rb-switch" aria-pressed={view === each} onClick={() => onView(each)}>{says[each]}</button>
        ))}
      </div>
      {view === "canvas" && <Zoom />}
      {view !== "text" && <Search query={query} onQuery={onQuery} matches={matches} />}
      <span className="push" />
      {given.mayChange && (
        <div className="row">
          <Tool icon="undo" label={word("Undo")} keys="Ctrl+Z" isOff={!canUndo} onPress={undo} />
          <Tool icon="undo" look="rb-redo" label={word("Redo")} keys="Ctrl+Y" isOff={!canRedo} onPress={redo} />
          <span className="muted small jd-saying">{saidOf(saving)}</span>
          <button type="button" className="button button--primary button--small" aria-busy={saving.isBusy || undefined} title="Ctrl+S" onClick={() => void saving.save()}>{word("Save draft")}</button>
        </div>
      )}
    </div>
  );
}

/** How large the canvas is drawn. */
function Zoom() {
  const { size, zoom } = useDesigner();
  return (
    <div className="row" role="group" aria-label={word("Size of the canvas")}>
      <Tool icon="minus" label={word("Smaller")} keys="-" isOff={size <= SIZES[0]} onPress={() => zoom(-1)} />
      <button type="button" className="button button--quiet button--small" title={`${word("As it was")} (0)`} onClick={() => zoom(0)}>
        <span className="unseen">{word("As it was")}: </span>
        <span dir="ltr">{inPercent(size)}</span>
      </button>
      <Tool icon="plus" label={word("Larger")} keys="+" isOff={size >= (SIZES.at(-1) ?? size)} onPress={() => zoom(1)} />
    </div>
  );
}

function saidOf({ isSaved, isFailed, says }: Saving): string {
  if (isSaved) return says || word("Nothing changed");
  return isFailed ? says : word("Not saved yet");
}

interface ToolProps {
  icon: string;
  look?: string;
  label: string;
  keys: string;
  isOff: boolean;
  onPress: () => void;
}

function Tool({ icon, look = "", label, keys, isOff, onPress }: ToolProps) {
  return (
    <button type="button" className={`button button--quiet button--icon button--small ${look}`} aria-label={label} title={`${label} (${keys})`} aria-disabled={isOff || undefined} onClick={() => !isOff && onPress()}>
      <Icon name={icon} />
    </button>
  );
}

/** Enter goes to the next step that was found. */
function Search({ query, onQuery, matches }: Pick<ToolbarProps, "query" | "onQuery" | "matches">) {
  const { go } = useDesigner();
  const [turn, setTurn] = useState(0);
  return (
    <div className="jd-search">
      <input
        id="jd-search"
        className="control"
        type="search"
        aria-label={word("Find a step")}
        placeholder={word("Find a step")}
        value={query}
        onChange={(event) => {
          setTurn(0);
          onQuery(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          const match = matches[turn % matches.length];
          if (match === undefined) return announce(word("No step found"));
          setTurn(turn + 1);
          go(match);
        }}
      />
      {query.trim() !== "" && <span className="muted small" role="status">{matches.length === 0 ? word("No step found") : word("%(count)s found", { count: matches.length })}</span>}
    </div>
  );
}

export function Keys() {
  const keys: [string, string][] = [
    ["↑ ↓ ← →", word("go from step to step")],
    ["Enter", word("open a step; fill an open way")],
    ["A", word("add a step after this one")],
    ["Delete", word("remove the step")],
    ["Ctrl+C, Ctrl+V", word("copy a branch, paste it")],
    ["Ctrl+Z, Ctrl+Y", word("undo, redo")],
    ["Ctrl+F", word("find a step")],
    ["Ctrl+S", word("save the draft")],
    ["+ − 0", word("draw the canvas larger, smaller, as it was")],
    ["Esc", word("from the form back to the step")],
  ];
  return (
    <details className="fold rb-keys">
      <summary>{word("Keys")}</summary>
      <dl className="facts facts--lines">
        {keys.map(([key, says]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{says}</dd></div>
        ))}
      </dl>
    </details>
  );
}
