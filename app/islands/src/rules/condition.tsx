// A condition on a fact of the patient or on an attribute of a record, and one on a segment.

import { Select, Typed } from "./controls";
import { useBuilder } from "./context";
import type { Around } from "./context";
import { isMapping } from "./json";
import type { Json, Mapping, Path } from "./json";
import { factOf, facetOf, operatorsFor, startOf, takesOf } from "./schema";
import type { Choice, Facet, RecordKind, Schema } from "./schema";
import { Value } from "./values";
import { word } from "./words";

interface ConditionProps {
  path: Path;
  condition: Mapping;
  around: Around;
}

export function Condition({ path, condition, around }: ConditionProps) {
  const { schema, put } = useBuilder();
  const facet = facetOf(schema, condition, around.record);
  const shape = takesOf(schema, condition, facet);
  const operators = operatorsFor(schema, facet).map(({ name, label }) => ({ value: name, label }));
  const fields = around.record ? attributesOf(around.record) : [];
  const choose = (name: string) => put(path, withField(schema, condition, name, around.record));
  return (
    <div className="rb-row">
      <Select path={[...path, "field"]} label={word("Fact")} value={condition.field} choices={fields} groups={around.record ? [] : groupsOf(schema)} look="rb-fact" onChoose={choose} />
      {!around.record && <Parameters path={path} condition={condition} />}
      <Select path={[...path, "is"]} label={word("Comparison")} value={condition.is} choices={operators} onChoose={(name) => put(path, withOperator(schema, condition, name, facet))} />
      <Value path={[...path, "value"]} shape={shape} facet={facet} value={condition.value} around={around} />
      {condition.is !== "known" && condition.is !== "unknown" && <WhenUnknown path={path} condition={condition} />}
    </div>
  );
}

/** Whether the comparison itself says what is with a fact that is not known. */
function asksForUnknown(condition: Mapping): boolean {
  return condition.is === "known" || condition.is === "unknown";
}

/** What `of` says: the parameters that this fact has. */
function Parameters({ path, condition }: { path: Path; condition: Mapping }) {
  const { schema, put } = useBuilder();
  const of = isMapping(condition.of) ? condition.of : {};
  const change = (name: string, value: Json) => {
    const changed: Mapping = { ...condition, of: { ...of, [name]: value } };
    put(path, fitting(schema, condition, changed, undefined));
  };
  return factOf(schema, condition.field)?.parameters.map(({ name, label, choices }) =>
    choices.length > 0 ? (
      <Select key={name} path={[...path, "of", name]} label={label} value={of[name]} choices={choices} blank={word("Choose")} onChoose={(value) => change(name, value)} />
    ) : (
      <Typed key={name} path={[...path, "of", name]} label={label} value={of[name]} hint={label} look="rb-unit" onType={(value) => change(name, value)} />
    ),
  );
}

/** What counts when the fact is not known, said plainly at every condition. */
function WhenUnknown({ path, condition }: { path: Path; condition: Mapping }) {
  const { put } = useBuilder();
  return (
    <label className="rb-unknown">
      <span aria-hidden="true">{word("if not known:")}</span>
      <Select
        path={[...path, "unknown"]}
        label={word("When it is not known")}
        value={condition.unknown ?? ""}
        choices={[{ value: "counts", label: word("counts") }]}
        blank={word("does not count")}
        look="rb-plain"
        onChoose={(value) => put([...path, "unknown"], value || undefined)}
      />
    </label>
  );
}

function attributesOf(record: RecordKind): Choice[] {
  return record.attributes.map(({ name, label }) => ({ value: name, label }));
}

function groupsOf(schema: Schema): { label: string; choices: Choice[] }[] {
  const groups = new Map<string, Choice[]>();
  for (const fact of schema.facts) {
    groups.set(fact.group, [...(groups.get(fact.group) ?? []), { value: fact.name, label: fact.label }]);
  }
  return [...groups].map(([label, choices]) => ({ label, choices }));
}

/** The condition on another fact; comparison and value stay where they still fit. */
export function withField(schema: Schema, condition: Mapping, name: string, record: RecordKind | undefined): Mapping {
  const parameters = record ? [] : (factOf(schema, name)?.parameters ?? []);
  const of = Object.fromEntries(parameters.map((each) => [each.name, each.choices[0]?.value ?? ""]));
  const { of: _of, ...kept } = condition;
  const changed: Mapping = { field: name, ...(parameters.length > 0 ? { of } : {}), ...kept };
  return fitting(schema, condition, { ...changed, field: name }, record);
}

/** A changed condition with a comparison and a value that its fact can have. */
function fitting(schema: Schema, before: Mapping, changed: Mapping, record: RecordKind | undefined): Mapping {
  const was = facetOf(schema, before, record);
  const facet = facetOf(schema, changed, record);
  const operators = operatorsFor(schema, facet);
  const isPossible = operators.some((operator) => operator.name === changed.is);
  const next: Mapping = { ...changed, is: isPossible ? (changed.is ?? "") : (operators[0]?.name ?? "") };
  const shape = takesOf(schema, next, facet);
  const isSameKind = was.kind === facet.kind && was.choices.length === 0 && facet.choices.length === 0;
  const fits = isSameKind && next.value !== undefined && shape === takesOf(schema, before, was);
  return fits ? next : withStart(next, shape);
}

/** The condition with another comparison; its value is kept in the shape that this one takes, when there is a way. */
export function withOperator(schema: Schema, condition: Mapping, name: string, facet: Facet): Mapping {
  const before = takesOf(schema, condition, facet);
  const next: Mapping = { ...condition, is: name };
  const shape = takesOf(schema, next, facet);
  const value = condition.value;
  if (shape === before && shape !== "nothing") return next;
  if (before === "value" && shape === "values") return { ...next, value: value === "" || value === undefined ? [] : [value] };
  if (before === "values" && shape === "value" && Array.isArray(value) && value.length > 0) return { ...next, value: value[0] ?? "" };
  return withStart(next, shape);
}

function withStart(condition: Mapping, shape: string): Mapping {
  const { value: _value, unknown, ...rest } = condition;
  const kept: Mapping = unknown === undefined || asksForUnknown(rest) ? rest : { ...rest, unknown };
  const start = startOf(shape);
  return start === undefined ? kept : { ...kept, value: start };
}

export function InSegment({ path, condition }: { path: Path; condition: Mapping }) {
  const { schema, put } = useBuilder();
  return (
    <div className="rb-row">
      <span>{word("Is in the segment")}</span>
      <Select path={[...path, "segment"]} label={word("Segment")} value={condition.segment} choices={schema.segments} blank={word("Choose a segment")} onChoose={(slug) => put([...path, "segment"], slug)} />
    </div>
  );
}
