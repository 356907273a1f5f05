// The builder: one rule with its history, drawn as parts or as text, judged by the server, sent with the form it stands in.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { createPortal } from "react-dom";
import type { Problem } from "./asking";
import { BuilderContext } from "./context";
import type { Builder as Shared } from "./context";
import { Button, controlId } from "./controls";
import { Whole } from "./group";
import { begun, redone, undone, went } from "./history";
import { useStanding } from "./judging";
import type { Settings } from "./judging";
import { at, idOf, isSame, withValue } from "./json";
import type { Json, Path } from "./json";
import { moved, partsOf, shapeOf } from "./parts";
import type { Move } from "./parts";
import { recordOf } from "./schema";
import type { Schema } from "./schema";
import { Said, Summary } from "./said";
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
  const [history, setHistory] = useState(() => begun(first));
  const [fresh, setFresh] = useState<ReadonlySet<string>>(() => new Set(isTried ? [] : [idOf(first)]));
  const [isText, setText] = useState(() => shapeOf(first) === "written");
  const [unread, setUnread] = useState<string | undefined>(typeof first === "string" ? first : undefined);
  const [format, setFormat] = useState<Format>("json");
  const [wanted, setWanted] = useState<{ id: string; to: "first" | "handle" }>();
  const rule = history.present;
  const standing = useStanding(settings, token, rule);
  const whole = useRef<HTMLDivElement>(null);

  const placeOf = useCallback((path: Path) => [settings.where, ...(settings.record ? path.slice(1) : path)].join("."), [settings]);
  const owned = useMemo(() => owners(rule, placeOf, standing.problems), [rule, placeOf, standing.problems]);
  const isFresh = (path: Path) => fresh.has(idOf(at(rule, path), path.join("-")));
  const record = recordOf(schema, settings.record);

  const shared: Shared = {
    schema,
    icons: settings.icons,
    rule,
    focus: recordOf(schema, settings.focus),
    placeOf,
    problemsOf: (path) => (isFresh(path) ? [] : (owned.get(placeOf(path)) ?? [])),
    counted: standing.counted,
    put: (path, value) => setHistory((before) => went(before, withValue(before.present, path, value), placeOf(path))),
    change: (next, says) => {
      setHistory((before) => went(before, next));
      if (says) announce(says);
    },
    goTo: (changed, says, to = "handle") => {
      if (!changed) return;
      const part = at(changed.rule, changed.path);
      const id = idOf(part, changed.path.join("-"));
      setHistory((before) => went(before, changed.rule));
      if (to === "first") setFresh((before) => new Set([...before, ...partsOf(part ?? null).map((path) => idOf(at(part, path)))]));
      setWanted({ id, to });
      announce(says);
    },
    move: (path, way: Move) => shared.goTo(moved(rule, path, way), saysOf(way)),
    settle: (id) => setFresh((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : before)),
  };

  useEffect(() => {
    if (!wanted) return;
    const part = document.getElementById(`part-${wanted.id}`);
    const handle = document.getElementById(`handle-${wanted.id}`);
    const control = part?.querySelector<HTMLElement>("select, input, textarea");
    const target = (wanted.to === "first" ? control : handle) ?? whole.current?.querySelector<HTMLElement>("select, button");
    target?.focus();
  }, [wanted]);

  const goToPlace = (where: string) => {
    const steps = where.split(".");
    const places = steps.map((_step, index) => steps.slice(0, steps.length - index).join("."));
    const control = places.map((place) => document.getElementById(controlId(place))).find(Boolean);
    const part = places.map((place) => whole.current?.querySelector(`[data-place="${CSS.escape(place)}"]`)).find(Boolean);
    const target = control ?? part?.querySelector<HTMLElement>("select, input, textarea") ?? whole.current?.querySelector<HTMLElement>(".rb-add button");
    target?.focus();
    target?.scrollIntoView({ block: "center" });
  };
  const undo = () => {
    setHistory(undone);
    announce(word("Undone"));
  };
  const redo = () => {
    setHistory(redone);
    announce(word("Redone"));
  };
  /** From form to text and back; a text goes back only as the rule that it says. */
  const turn = async () => {
    if (!isText || unread === undefined) return setText(!isText);
    const read = await readText(settings, token, { text: unread, format });
    const next = read?.rule;
    if (next === undefined) return announce(word("The text cannot be read yet"));
    setUnread(undefined);
    setHistory((before) => (isSame(before.present, next) ? before : went(before, next, "text")));
    return setText(false);
  };
  const press = (event: KeyboardEvent) => {
    // Enter in a field would send the whole form
    if (event.key === "Enter" && (event.target as Element).matches("input")) event.preventDefault();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.target as Element).matches(".rb-text")) return;
    const key = event.key.toLowerCase();
    const isRedo = key === "y" || (key === "z" && event.shiftKey);
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (isRedo) redo();
    else undo();
  };
  const shownProblems = partsOf(rule).flatMap((path) => shared.problemsOf(path));
  const panel = <Said settings={settings} token={token} standing={standing} />;
  return (
    <BuilderContext value={shared}>
      <div className="rb stack" ref={whole} onKeyDown={press}>
        <Sent name={settings.name} content={unread ?? JSON.stringify(rule)} most={schema.limits.bytes} />
        <div className="rb-toolbar" role="toolbar" aria-label={word("The rule")}>
          <Button icon="undo" label={word("Undo")} keys="Ctrl+Z" isOff={history.past.length === 0} onPress={undo} />
          <Button icon="undo" look="rb-redo" label={word("Redo")} keys="Ctrl+Y" isOff={history.future.length === 0} onPress={redo} />
          <span className="push" />
          <button type="button" className="button button--small rb-switch" aria-pressed={isText} onClick={() => void turn()}>{word("As text")}</button>
        </div>
        {!isText && <Summary standing={standing} shown={shownProblems} onGo={goToPlace} />}
        {isText ? (
          <TextView format={format} onFormat={setFormat} settings={settings} token={token} unread={unread} onUnread={setUnread} onRule={(next) => setHistory((before) => went(before, next, "text"))} />
        ) : (
          <Whole around={{ record, outer: undefined, isAlso: false }} />
        )}
        {!isText && settings.aside !== "" && <Keys />}
        {aside ? createPortal(panel, aside) : settings.record === "" && panel}
      </div>
    </BuilderContext>
  );
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

/** The hidden controls that the form sends: a rule written as JSON, or the text that cannot be read yet. */
function Sent({ name, content, most }: { name: string; content: string; most: number }) {
  const control = useRef<HTMLInputElement>(null);
  const sent = useRef(content);
  useEffect(() => {
    // a form that the server would turn away unread would lose what stands in it
    const stop = (event: Event) => {
      if (event.target !== control.current?.form || content.length <= most) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      announce(word("The rule is too large to be sent"));
    };
    document.addEventListener("submit", stop, true);
    return () => document.removeEventListener("submit", stop, true);
  }, [content, most]);
  useEffect(() => {
    if (sent.current === content) return;
    sent.current = content;
    control.current?.dispatchEvent(new Event("input", { bubbles: true }));
  }, [content]);
  return (
    <>
      <input type="hidden" name={`${name}.shape`} value="written" />
      <input type="hidden" name={`${name}.json`} value={content} ref={control} readOnly />
    </>
  );
}

function Keys() {
  const keys: [string, string][] = [
    ["Ctrl+Z, Ctrl+Y", word("undo, redo")],
    ["Alt+↑ ↓", word("move a part up or down")],
    ["Alt+→ ←", word("move a part into or out of a group")],
    ["D, G, Delete", word("duplicate, put into a group, remove")],
  ];
  return (
    <details className="fold rb-keys">
      <summary>{word("Keys")}</summary>
      <p className="muted small">{word("All but the first two work while the button with the three dots of a part has the focus.")}</p>
      <dl className="facts facts--lines">
        {keys.map(([key, says]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{says}</dd></div>
        ))}
      </dl>
    </details>
  );
}

