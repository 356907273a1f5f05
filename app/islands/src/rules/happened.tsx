// Something that happened: which record, how often or which one of them, when, what it must be, and what else around it.

import { AddButtons, Parts } from "./group";
import { Select, Typed, Written } from "./controls";
import { useBuilder } from "./context";
import type { Around } from "./context";
import { isMapping } from "./json";
import type { Json, Mapping, Path } from "./json";
import { MomentsEditor, SpanEditor } from "./moments";
import { CHOSEN } from "./parts";
import { recordOf } from "./schema";
import type { Choice, RecordKind } from "./schema";
import { word } from "./words";

const SPANS = ["last", "next", "after", "before", "around"];

interface HappenedProps {
  path: Path;
  part: Mapping;
  around: Around;
}

export function Happened({ path, part, around }: HappenedProps) {
  const { schema, put } = useBuilder();
  const record = recordOf(schema, part.happened);
  const records = schema.records.map(({ name, label }) => ({ value: name, label }));
  const chosen = CHOSEN.find((key) => key in part);
  const inside: Around = { record, outer: around.outer, isAlso: false };
  return (
    <>
      <div className="rb-row">
        <HowOften path={path} part={part} chosen={chosen} />
        <Select path={[...path, "happened"]} label={word("What happened")} value={part.happened} choices={records} look="rb-fact" onChoose={(name) => put(path, withRecord(part, name))} />
        <When path={path} part={part} around={around} record={record} />
      </div>
      {chosen && <Inside path={path} part={part} list={chosen} around={inside} heading={word("Looked at are only those where")} add={word("Look only at those where …")} />}
      <Inside path={path} part={part} list="where" around={inside} heading={chosen ? word("and this one is such that") : word("where")} add={chosen ? word("It must be such that …") : word("Only those where …")} />
      {!around.isAlso && (
        <Inside path={path} part={part} list="also" around={{ record: undefined, outer: record, isAlso: true }} heading={word("and around it")} add={word("And around it …")} />
      )}
    </>
  );
}

/** Another record has other attributes: what was asked of them is given up. */
function withRecord(part: Mapping, name: string): Mapping {
  const { where: _where, also: _also, ...kept } = part;
  const chosen = CHOSEN.find((key) => key in kept);
  return { ...kept, happened: name, ...(chosen ? { [chosen]: [] } : {}) };
}

function waysOf(): Choice[] {
  return [
    { value: "at_least", label: word("Had at least") },
    { value: "at_most", label: word("Had at most") },
    { value: "exactly", label: word("Had exactly") },
    { value: "never", label: word("Never had") },
    { value: "last_of", label: word("The latest one of") },
    { value: "first_of", label: word("The first one of") },
    { value: "next_of", label: word("The next one of") },
  ];
}

function HowOften({ path, part, chosen }: { path: Path; part: Mapping; chosen: string | undefined }) {
  const { put } = useBuilder();
  const count = part.count ?? { at_least: 1 };
  const entries = isMapping(count) ? Object.entries(count) : [];
  if (!chosen && entries.length !== 1) return <Written path={[...path, "count"]} label={word("How often, as text")} value={count} />;
  const [way, number] = entries[0] ?? ["at_least", 1];
  const shown = chosen ?? (way === "exactly" && number === 0 ? "never" : way);
  return (
    <>
      <Select path={[...path, "count"]} label={word("How often")} value={shown} choices={waysOf()} onChoose={(next) => put(path, withWay(part, next, number))} />
      {!chosen && shown !== "never" && (
        <>
          <Typed path={[...path, "count", way]} label={word("Times")} value={number} isNumber look="rb-short" onType={(times) => put(path, { ...part, count: { [way]: times } })} />
          <span aria-hidden="true">×</span>
        </>
      )}
    </>
  );
}

function withWay(part: Mapping, way: string, number: Json): Mapping {
  const { count: _count, last_of: last, first_of: first, next_of: next, ...kept } = part;
  if ((CHOSEN as readonly string[]).includes(way)) return { ...kept, [way]: last ?? first ?? next ?? [] };
  if (way === "never") return { ...kept, count: { exactly: 0 } };
  return { ...kept, count: { [way]: number === 0 ? 1 : number } };
}

interface WhenProps extends HappenedProps {
  record: RecordKind | undefined;
}

/** The window in which it happened. */
function When({ path, part, around }: WhenProps) {
  const { put } = useBuilder();
  const window = part.window;
  const entries = isMapping(window) ? Object.entries(window) : [];
  const [kind, value] = entries[0] ?? ["", null];
  if (window !== undefined && entries.length !== 1) return <Written path={[...path, "window"]} label={word("When, as text")} value={window} />;
  const place = [...path, "window", kind];
  return (
    <>
      <Select path={[...path, "window"]} label={word("When")} value={kind} choices={windowsOf(around.isAlso)} blank={word("at any time")} onChoose={(next) => put([...path, "window"], windowOf(next, kind, value))} />
      {SPANS.includes(kind) && <SpanEditor path={place} label={word("How long")} value={value} />}
      {kind === "between" && <MomentsEditor path={place} value={value} around={around} />}
      {kind !== "" && kind !== "between" && !SPANS.includes(kind) && <Written path={place} label={word("When, as text")} value={value} />}
    </>
  );
}

function windowsOf(isAlso: boolean): Choice[] {
  const usual = [
    { value: "last", label: word("in the last") },
    { value: "next", label: word("in the next") },
    { value: "between", label: word("between two moments") },
  ];
  const correlated = [
    { value: "after", label: word("after it, within") },
    { value: "before", label: word("before it, within") },
    { value: "around", label: word("around it, within") },
  ];
  return isAlso ? [...correlated, ...usual] : usual;
}

function windowOf(kind: string, before: string, value: Json): Mapping | undefined {
  if (kind === "") return undefined;
  if (kind === "between") return { between: [{ now: true, plus: { days: -30 } }, { now: true }] };
  return { [kind]: SPANS.includes(before) ? value : { days: 30 } };
}

interface InsideProps extends HappenedProps {
  list: string;
  heading: string;
  add: string;
}

/** A list of parts inside, with its heading; only a way to begin one while there is none. */
function Inside({ path, part, list, around, heading, add }: InsideProps) {
  const items = part[list];
  const isEmpty = !Array.isArray(items) || items.length === 0;
  if (isEmpty) return <AddButtons list={[...path, list]} around={around} first={add} />;
  return (
    <div className="rb-inside" role="group" aria-label={heading}>
      <p className="rb-heading" aria-hidden="true">{heading}</p>
      <Parts list={[...path, list]} around={around} joined={word("and")} />
      <AddButtons list={[...path, list]} around={around} />
    </div>
  );
}
