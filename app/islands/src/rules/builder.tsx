// The builder: one rule with its history, drawn as parts or as text, judged by the server, sent with the form it stands in.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { createPortal } from "react-dom";
import type { Problem } from "./asking";
import { BuilderContext } from "./context";
import type { Builder as Shared } from "./context";
import { Button } from "./controls";
import { useEditing } from "./editing";
import type { Editing } from "./editing";
import { focusPart, focusPlace } from "./focusing";
import { Whole } from "./group";
import { useStanding } from "./judging";
import type { Settings, Standing } from "./judging";
import type { Json, Path } from "./json";
import { moved, partsOf, shapeOf } from "./parts";
import type { Move } from "./parts";
import { recordOf } from "./schema";
import type { Schema } from "./schema";
import { Said, Summary } from "./said";
import { Keys, Sent } from "./sent";
import { readText, TextView } from "./text-view";
import type { Format } from "./text-view";
import { announce, word } from "./words";

interface BuilderProps {
  settings: Settings;
  schema: Schema;
  token: string;
  first: Json;
  isTried: boolean;
  aside: Element | null;
}

export function Builder({ settings, schema, token, first, isTried, aside }: BuilderProps) {
  const editing = useEditing(first, isTried);
  const standing = useStanding(settings, token, editing.rule);
  const text = useText(settings, token, first, editing);
  const shared = useShared(settings, schema, editing, standing);
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (editing.wanted && whole.current) focusPart(whole.current, editing.wanted);
  }, [editing.wanted]);
  const shown = partsOf(editing.rule).flatMap((path) => shared.problemsOf(path));
  const around = { record: recordOf(schema, settings.record), outer: undefined, isAlso: false };
  const said = <Said settings={settings} token={token} standing={standing} />;
  return (
    <BuilderContext value={shared}>
      <div className="rb stack" ref={whole} onKeyDown={(event) => press(event, editing)}>
        <Sent name={settings.name} content={text.unread ?? JSON.stringify(editing.rule)} most={schema.limits.bytes} />
        <Tools editing={editing} isText={text.isText} onTurn={text.turn} />
        {text.isText ? (
          <TextView format={text.format} onFormat={text.setFormat} settings={settings} token={token} unread={text.unread} onUnread={text.setUnread} onRule={editing.read} />
        ) : (
          <>
            <Summary standing={standing} shown={shown} onGo={(where) => whole.current && focusPlace(whole.current, where)} />
            <Whole around={around} />
            {settings.aside !== "" && <Keys />}
          </>
        )}
        {aside ? createPortal(said, aside) : settings.record === "" && said}
      </div>
    </BuilderContext>
  );
}

function Tools({ editing, isText, onTurn }: { editing: Editing; isText: boolean; onTurn: () => Promise<void> }) {
  return (
    <div className="rb-toolbar" role="group" aria-label={word("The rule")}>
      <Button icon="undo" label={word("Undo")} keys="Ctrl+Z" isOff={!editing.canUndo} onPress={editing.undo} />
      <Button icon="undo" look="rb-redo" label={word("Redo")} keys="Ctrl+Y" isOff={!editing.canRedo} onPress={editing.redo} />
      <span className="push" />
      <button type="button" className="button button--small rb-switch" aria-pressed={isText} onClick={() => void onTurn()}>
        {word("As text")}
      </button>
    </div>
  );
}

/** Whether the rule is shown as text, and the text while it cannot be read as a rule. */
function useText(settings: Settings, token: string, first: Json, editing: Editing) {
  const [isText, setText] = useState(() => shapeOf(first) === "written");
  const [unread, setUnread] = useState<string | undefined>(typeof first === "string" ? first : undefined);
  const [format, setFormat] = useState<Format>("json");
  /** From form to text and back; a text goes back only as the rule that it says. */
  const turn = async () => {
    if (!isText || unread === undefined) return setText(!isText);
    const read = await readText(settings, token, { text: unread, format });
    if (read?.rule === undefined) return announce(word("The text cannot be read yet"));
    setUnread(undefined);
    editing.read(read.rule);
    return setText(false);
  };
  return { isText, unread, setUnread, format, setFormat, turn };
}

/** What every part shares. */
function useShared(settings: Settings, schema: Schema, editing: Editing, standing: Standing): Shared {
  const { rule } = editing;
  const { where, record } = settings;
  const placeOf = useCallback((path: Path) => [where, ...(record ? path.slice(1) : path)].join("."), [where, record]);
  const owned = useMemo(() => owners(rule, placeOf, standing.problems), [rule, placeOf, standing.problems]);
  return {
    ...editing,
    schema,
    icons: settings.icons,
    focus: recordOf(schema, settings.focus),
    counted: standing.counted,
    placeOf,
    problemsOf: (path) => (editing.isFresh(path) ? [] : (owned.get(placeOf(path)) ?? [])),
    move: (path, way) => editing.goTo(moved(rule, path, way), saysOf(way)),
  };
}

/** Keys that work everywhere in the builder; a text is undone by the browser. */
function press(event: KeyboardEvent, editing: Editing): void {
  const target = event.target as Element;
  // Enter in a field would send the whole form
  if (event.key === "Enter" && target.matches("input")) event.preventDefault();
  const key = event.key.toLowerCase();
  const isOurs = (event.ctrlKey || event.metaKey) && !event.altKey && !target.matches(".rb-text");
  if (!isOurs || (key !== "z" && key !== "y")) return;
  event.preventDefault();
  if (key === "y" || event.shiftKey) editing.redo();
  else editing.undo();
}

function saysOf(way: Move): string {
  const says = { up: word("Moved up"), down: word("Moved down"), in: word("Moved into the group"), out: word("Moved out of the group") };
  return says[way];
}

/** Problems by the place of the innermost part that each is about. */
function owners(rule: Json, placeOf: (path: Path) => string, problems: Problem[]): Map<string, Problem[]> {
  const places = partsOf(rule).map(placeOf).sort((one, other) => other.length - one.length);
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    const owner = places.find((place) => problem.where === place || problem.where.startsWith(`${place}.`));
    const place = owner ?? placeOf([]);
    found.set(place, [...(found.get(place) ?? []), problem]);
  }
  return found;
}
