// Choices, typed values and buttons, with their names for screen readers and the place in the rule that they hold.

import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { useBuilder } from "./context";
import type { Json, Path } from "./json";
import type { Choice } from "./schema";
import { word } from "./words";

/** The id of the control that holds a place of the rule. */
export function controlId(place: string): string {
  return `at-${place}`;
}

/** What a control says about itself when something is wrong at its place. */
export function useFault(path: Path): { id: string; "aria-invalid"?: true; "aria-describedby"?: string } {
  const { placeOf, problemsOf } = useBuilder();
  const place = placeOf(path);
  const owner = ownerPath(path);
  const isWrong = problemsOf(owner).some(({ where }) => where === place || where.startsWith(`${place}.`));
  const id = controlId(place);
  return isWrong ? { id, "aria-invalid": true, "aria-describedby": `${controlId(placeOf(owner))}-faults` } : { id };
}

/** The part that a control belongs to: the path up to the last place in a list of parts. */
function ownerPath(path: Path): Path {
  const lists = ["all", "any", "none", "where", "also", "last_of", "first_of", "next_of"];
  for (let end = path.length; end > 1; end -= 1) {
    if (typeof path[end - 1] === "number" && lists.includes(String(path[end - 2]))) return path.slice(0, end);
  }
  return [];
}

interface SelectProps {
  path: Path;
  label: string;
  value: Json | undefined;
  choices: readonly Choice[];
  groups?: readonly { label: string; choices: readonly Choice[] }[];
  blank?: string;
  look?: string;
  onChoose: (value: string) => void;
}

export function Select({ path, label, value, choices, groups = [], blank, look = "", onChoose }: SelectProps) {
  const fault = useFault(path);
  const chosen = typeof value === "string" ? value : "";
  const known = [...choices, ...groups.flatMap((group) => group.choices)];
  const isOdd = chosen !== "" && !known.some((choice) => choice.value === chosen);
  return (
    <select {...fault} className={`control ${look}`} aria-label={label} value={chosen} onChange={(event) => onChoose(event.target.value)}>
      {blank !== undefined && <option value="">{blank}</option>}
      {isOdd && <option value={chosen}>{chosen}</option>}
      {choices.map(option)}
      {groups.map((group) => (
        <optgroup key={group.label} label={group.label}>
          {group.choices.map(option)}
        </optgroup>
      ))}
    </select>
  );
}

function option({ value, label }: Choice) {
  return (
    <option key={value} value={value}>
      {label}
    </option>
  );
}

interface TypedProps {
  path: Path;
  label: string;
  value: Json | undefined;
  isNumber?: boolean;
  type?: string;
  look?: string;
  hint?: string;
  list?: string;
  onType: (value: Json) => void;
}

/** A text or a number. What is no number stays as it was typed, and the server says so. */
export function Typed({ path, label, value, isNumber = false, type = "text", look = "", hint, list, onType }: TypedProps) {
  const fault = useFault(path);
  const held = shown(value);
  const [typed, setTyped] = useState(held);
  useEffect(() => {
    setTyped((before) => (isNumber && shown(numberOf(before)) === held ? before : held));
  }, [held, isNumber]);
  return (
    <input
      {...fault}
      className={`control ${look}`}
      type={type}
      inputMode={isNumber ? "decimal" : undefined}
      autoComplete="off"
      spellCheck={false}
      aria-label={label}
      placeholder={hint}
      list={list}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        onType(isNumber ? numberOf(event.target.value) : event.target.value);
      }}
    />
  );
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The number that a text says, with a point or a comma; else the text. */
export function numberOf(text: string): number | string {
  const plain = text.trim().replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text;
}

/** A value that the builder has no control for: as JSON, changed as soon as it can be read. */
export function Written({ path, label, value }: { path: Path; label: string; value: Json | undefined }) {
  const { put } = useBuilder();
  const fault = useFault(path);
  const held = typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
  const [typed, setTyped] = useState(held);
  useEffect(() => {
    setTyped((before) => (isJsonOf(before, value) ? before : held));
  }, [held, value]);
  return (
    <textarea
      {...fault}
      className="control rb-code"
      rows={Math.min(10, typed.split("\n").length)}
      dir="ltr"
      spellCheck={false}
      aria-label={label}
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        put(path, readJson(event.target.value));
      }}
    />
  );
}

/** What a text says as JSON; a text that is none stays text. */
export function readJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function isJsonOf(text: string, value: Json | undefined): boolean {
  return JSON.stringify(readJson(text)) === JSON.stringify(value);
}

export function Icon({ name }: { name: string }) {
  const { icons } = useBuilder();
  return (
    <svg className={`icon icon-${name}`} aria-hidden="true">
      <use href={`${icons}#${name}`} />
    </svg>
  );
}

interface ButtonProps {
  icon: string;
  label: string;
  look?: string;
  id?: string;
  isOff?: boolean;
  keys?: string;
  children?: ReactNode;
  onPress: () => void;
}

/** A button with an icon; without children the label is its name only. */
export function Button({ icon, label, look = "", id, isOff = false, keys, children, onPress }: ButtonProps) {
  return (
    <button
      type="button"
      id={id}
      className={`button button--small ${children ? "" : "button--icon"} ${look}`}
      aria-label={children ? undefined : label}
      title={children ? undefined : keys ? `${label} (${keys})` : label}
      aria-disabled={isOff || undefined}
      aria-keyshortcuts={keys?.replace("Ctrl", "Control")}
      onClick={() => !isOff && onPress()}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

/** The problems of a part, each as a sentence. */
export function Faults({ path }: { path: Path }) {
  const { placeOf, problemsOf } = useBuilder();
  const problems = problemsOf(path);
  if (problems.length === 0) return null;
  return (
    <div className="rb-faults" id={`${controlId(placeOf(path))}-faults`}>
      {problems.map((problem) => (
        <div key={problem.where + problem.says} className={problem.severity === "error" ? "fault" : "fault rb-warning"}>
          <Icon name={problem.severity === "error" ? "error" : "alert"} />
          <span>
            {problem.severity !== "error" && <span className="unseen">{word("Warning:")} </span>}
            {problem.says}
          </span>
        </div>
      ))}
    </div>
  );
}
