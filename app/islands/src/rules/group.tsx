// A group of parts, the frame around each part, and the buttons that add one.

import { Button, Faults, Icon, Select, Written } from "./controls";
import { Condition, InSegment, withField } from "./condition";
import { PATIENT, useBuilder } from "./context";
import type { Around } from "./context";
import { Happened } from "./happened";
import { at, idOf, listAt } from "./json";
import type { Json, Mapping, Path } from "./json";
import { PartMenu } from "./menu";
import { added, combineOf, placeIn, shapeOf } from "./parts";
import type { New } from "./parts";
import { afterPress } from "./pressing";
import type { Schema } from "./schema";
import { figure, word } from "./words";

interface PartProps {
  path: Path;
  around: Around;
}

/** Any part, without its frame. */
export function Body({ path, around }: PartProps) {
  const { rule } = useBuilder();
  const part = at(rule, path) as Mapping;
  const shape = shapeOf(part);
  if (shape === "group") return <Group path={path} around={around} />;
  if (shape === "segment") return <InSegment path={path} condition={part} />;
  if (shape === "happened") return <Happened path={path} part={part} around={around} />;
  if (shape === "field") return <Condition path={path} condition={part} around={around} />;
  return (
    <div className="stack stack--tight">
      <p className="muted small">{word("The builder has no form for this part. It is kept as it is written:")}</p>
      <Written path={path} label={word("Written as text")} value={part} />
    </div>
  );
}

function Group({ path, around }: PartProps) {
  const { rule, change, put } = useBuilder();
  const combine = combineOf(at(rule, path)) ?? "all";
  const list = [...path, combine];
  const parts = listAt(rule, list);
  const combines = [
    { value: "all", label: word("all of these hold") },
    { value: "any", label: word("at least one of these holds") },
    { value: "none", label: word("none of these holds") },
  ];
  const choose = (next: string) => (path.length === 0 ? change({ [next]: parts }) : put(path, { [next]: parts }));
  return (
    <div className="rb-group" role="group" aria-label={word("Group of conditions")}>
      <div className="rb-row rb-combine">
        <span>{headOf(path, around)}</span>
        <Select path={list} label={word("How the conditions combine")} value={combine} choices={combines} onChoose={choose} />
      </div>
      {parts.length === 0 && <p className="muted rb-none">{word("No condition yet. Add the first one.")}</p>}
      <Parts list={list} around={around} joined={combine === "all" ? word("and") : word("or")} />
      <AddButtons list={list} around={around} />
    </div>
  );
}

function headOf(path: Path, around: Around): string {
  if (around.record || around.isAlso) return word("such that");
  return path.length === 0 ? word("Patients for whom") : word("for whom");
}

/** The parts of a list, one below the other. */
export function Parts({ list, around, joined }: { list: Path; around: Around; joined: string }) {
  const { rule } = useBuilder();
  const parts = listAt(rule, list);
  if (parts.length === 0) return null;
  return (
    <ul className="rb-parts">
      {parts.map((part, place) => (
        <Frame key={idOf(part, `${place}`)} path={[...list, place]} around={around} count={parts.length} joined={place > 0 ? joined : ""} />
      ))}
    </ul>
  );
}

/** The frame of a part: its name, its menu, how many it holds for alone, what is wrong with it. */
function Frame({ path, around, count, joined }: PartProps & { count: number; joined: string }) {
  const { rule, problemsOf, placeOf, settle } = useBuilder();
  const part = at(rule, path);
  const shape = shapeOf(part);
  const words = { number: placeIn(path) + 1, count };
  const name = shape === "group" ? word("Group %(number)s of %(count)s", words) : word("Condition %(number)s of %(count)s", words);
  const id = idOf(part, path.join("-"));
  const isWrong = problemsOf(path).some((problem) => problem.severity === "error");
  return (
    <li>
      {joined && <span className="rb-joined" aria-hidden="true">{joined}</span>}
      <div
        className={`rb-part rb-part--${shape}${isWrong ? " rb-part--wrong" : ""}`}
        role="group"
        aria-label={name}
        id={`part-${id}`}
        data-place={placeOf(path)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && afterPress(() => settle(id))}
      >
        <div className="rb-body">
          <Body path={path} around={around} />
          <Faults path={path} />
        </div>
        <div className="rb-tools">
          <Alone path={path} />
          <PartMenu path={path} name={name} />
        </div>
      </div>
    </li>
  );
}

/** How many patients this condition alone holds for. */
function Alone({ path }: { path: Path }) {
  const { counted, placeOf } = useBuilder();
  const place = placeOf(path);
  const found = counted?.conditions.find((condition) => condition.where === place);
  if (!found) return null;
  const says = word("%(count)s patients when this condition stands alone", { count: figure(found.count) });
  return (
    <span className="chip" title={says}>
      <Icon name="users" />
      <span aria-hidden="true">{figure(found.count)}</span>
      <span className="unseen">{says}</span>
    </span>
  );
}

/** A new part of each kind. */
export function fresh(kind: New, schema: Schema, around: Around): Json {
  if (kind === "happened") return { happened: schema.records[0]?.name ?? "appointment" };
  if (kind === "segment") return { segment: "" };
  if (kind === "group") return { any: [fresh(around.isAlso ? "happened" : "condition", schema, around)] };
  const attributes = around.record?.attributes ?? [];
  const names = around.record ? attributes.map(({ name }) => name) : schema.facts.map(({ name }) => name);
  const first = ["age", "code", "status"].find((name) => names.includes(name)) ?? names[0] ?? "";
  return withField(schema, { field: first, is: around.record ? "one_of" : "at_least" }, first, around.record);
}

/** The buttons that add a part to a list; `first` is what the only button says while the list is empty. */
export function AddButtons({ list, around, first }: { list: Path; around: Around; first?: string }) {
  const { rule, schema, goTo, placeOf } = useBuilder();
  const add = (kind: New) => goTo(added(rule, list, fresh(kind, schema, around)), word("Added"), "first");
  const id = `add-${placeOf(list)}`;
  if (first) {
    return (
      <div>
        <Button id={id} icon="plus" label="" look="button--quiet" onPress={() => add(around.isAlso ? "happened" : "condition")}>
          {first}
        </Button>
      </div>
    );
  }
  const isPlain = !around.record && !around.isAlso;
  const kinds: [New, string, boolean][] = [
    ["condition", word("Condition"), !around.isAlso],
    ["happened", word("Something that happened"), !around.record],
    ["segment", word("Segment"), isPlain],
    ["group", word("Group"), true],
  ];
  return (
    <div className="rb-row rb-add" role="group" aria-label={word("Add to this group")}>
      {kinds.filter(([, , isPossible]) => isPossible).map(([kind, label], place) => (
        <Button key={kind} id={place === 0 ? id : undefined} icon="plus" label="" look="button--quiet" onPress={() => add(kind)}>
          {label}
        </Button>
      ))}
    </div>
  );
}

/** The whole rule. */
export function Whole({ around = PATIENT }: { around?: Around }) {
  const { rule, change, schema } = useBuilder();
  if (shapeOf(rule) === "group") {
    return (
      <>
        <Body path={[]} around={around} />
        <Faults path={[]} />
      </>
    );
  }
  return (
    <div className="rb-parts">
      <div className={`rb-part rb-part--${shapeOf(rule)}`} data-place="">
        <div className="rb-body">
          <Body path={[]} around={around} />
          <Faults path={[]} />
        </div>
        <div className="rb-tools"><Alone path={[]} /></div>
      </div>
      <div>
        <Button icon="plus" label="" look="button--quiet" onPress={() => change({ all: [rule, fresh("condition", schema, around)] }, word("Added"))}>
          {word("And another condition")}
        </Button>
      </div>
    </div>
  );
}

