// Something that happened: which record, how often or which one of them, when, what it must be, and what else around it.

import { AddButtons, Parts } from "./group";
import { Select, Typed, Written } from "./controls";
import { useBuilder } from "./context";
import type { Around } from "./context";
import { isMapping } from "./json";
import type { Mapping, Path } from "./json";
import { MomentsEditor, SpanEditor } from "./moments";
import { CHOSEN } from "./parts";
import { recordOf } from "./schema";
import type { Choice, RecordKind } from "./schema";
import { SPANS, STRETCHES, windowOf, withRecord, withWay } from "./turning";
import { word } from "./words";


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
        <Select path={[...path, "happened"]} label={word("What happened")} value={part.happened} choices={records} look="rb-fact" onChoose={(name) => put(path, withRecord(part, name, recordOf(schema, name)))} />
        <Refused path={path} part={part} record={record} />
        <Linked path={path} part={part} around={around} />
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

function waysOf(): Choice[] {
  return [
    { value: "at_least", label: word("Had at least") },
    { value: "at_most", label: word("Had at most") },
    { value: "exactly", label: word("Had exactly") },
    { value: "never", label: word("Never had") },
    { value: "days", label: word("Had for at least") },
    { value: "last_of", label: word("The latest one of") },
    { value: "first_of", label: word("The first one of") },
    { value: "next_of", label: word("The next one of") },
  ];
}

function HowOften({ path, part, chosen }: { path: Path; part: Mapping; chosen: string | undefined }) {
  const { put } = useBuilder();
  const isByDays = part.days !== undefined;
  const counted = isByDays ? part.days : (part.count ?? { at_least: 1 });
  const entries = isMapping(counted) ? Object.entries(counted) : [];
  const [way, number] = entries[0] ?? ["at_least", 1];
  const place = [...path, isByDays ? "days" : "count"];
  if (!chosen && (entries.length !== 1 || (isByDays && way !== "at_least"))) {
    return <Written path={place} label={isByDays ? word("On how many days, as text") : word("How often, as text")} value={counted} />;
  }
  const shown = chosen ?? (isByDays ? "days" : way === "exactly" && number === 0 ? "never" : way);
  // one list, whatever is chosen in it: whoever goes through it by keys keeps the focus
  return (
    <>
      <Select path={place} label={word("How often")} value={shown} choices={waysOf()} onChoose={(next) => put(path, withWay(part, next, isByDays ? 1 : number))} />
      {!chosen && shown !== "never" && (
        <>
          <Typed path={[...place, way]} label={isByDays ? word("Days in all") : word("Times")} value={number} isNumber look="rb-short" onType={(times) => put(path, { ...part, [isByDays ? "days" : "count"]: { [way]: times } })} />
          <span aria-hidden="true">{isByDays ? word("days in all") : "×"}</span>
        </>
      )}
    </>
  );
}

/** That it was done, or that somebody decided against it; asked of what can be refused. */
function Refused({ path, part, record }: { path: Path; part: Mapping; record: RecordKind | undefined }) {
  const { put } = useBuilder();
  if (!record?.refusable && part.not_done === undefined) return null;
  const place = [...path, "not_done"];
  if (part.not_done !== undefined && part.not_done !== true) return <Written path={place} label={word("Done or decided against, as text")} value={part.not_done} />;
  return (
    <Select
      path={place}
      label={word("Done or decided against")}
      value={part.not_done ? "refused" : ""}
      choices={[{ value: "refused", label: word("decided against") }]}
      blank={word("that was done")}
      look="rb-plain"
      onChoose={(chosen) => put(place, chosen ? true : undefined)}
    />
  );
}

/** How the record and the one around it name each other. */
function Linked({ path, part, around }: HappenedProps) {
  const { schema, put } = useBuilder();
  if (!around.isAlso && part.linked === undefined) return null;
  const choices = schema.links.map(({ value, label }) => ({ value, label: word("linked %(how)s", { how: label }) }));
  const place = [...path, "linked"];
  return (
    <Select path={place} label={word("Linked with that record")} value={part.linked} choices={choices} blank={word("linked or not")} look="rb-plain" onChoose={(name) => put(place, name || undefined)} />
  );
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
      {STRETCHES.includes(kind) && <MomentsEditor path={place} value={value} around={around} />}
      {kind !== "" && !STRETCHES.includes(kind) && !SPANS.includes(kind) && <Written path={place} label={word("When, as text")} value={value} />}
    </>
  );
}

function windowsOf(isAlso: boolean): Choice[] {
  const usual = [
    { value: "last", label: word("in the last") },
    { value: "next", label: word("in the next") },
    { value: "between", label: word("between two moments") },
    { value: "overlaps", label: word("lasting at some time between") },
    { value: "during", label: word("lasting only between") },
    { value: "ends", label: word("ending between") },
  ];
  const correlated = [
    { value: "after", label: word("after it, within") },
    { value: "before", label: word("before it, within") },
    { value: "around", label: word("around it, within") },
  ];
  return isAlso ? [...correlated, ...usual] : usual;
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
