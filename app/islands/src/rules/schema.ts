// What rules can say, as the server describes it (app/rules/schema.py): labels are in the reader's language.

import type { Json, Mapping } from "./json";

export interface Choice {
  value: string;
  label: string;
}

/** What is known of a fact or an attribute: its kind, and which values it can take. */
export interface Facet {
  kind: string;
  choices: Choice[];
  example: string;
  units: Choice[];
  /** Comparisons of its kind that it cannot be asked with. */
  without: string[];
}

export interface Parameter {
  name: string;
  label: string;
  choices: Choice[];
}

export interface Fact extends Facet {
  name: string;
  label: string;
  group: string;
  parameters: Parameter[];
  /** For a fact whose kind depends on its parameter: the facet for each value of it. */
  facets: Record<string, Facet>;
}

export interface Attribute extends Facet {
  name: string;
  label: string;
}

export interface RecordKind {
  name: string;
  label: string;
  when: string;
  /** Whether a source can say of it that somebody decided against it. */
  refusable: boolean;
  attributes: Attribute[];
}

export interface Operator {
  name: string;
  label: string;
  /** Kind of fact → the shape of the value it takes. */
  takes: Record<string, string>;
}

export interface Limits {
  depth: number;
  nodes: number;
  values: number;
  bytes: number;
}

export interface Schema {
  facts: Fact[];
  records: RecordKind[];
  operators: Operator[];
  segments: Choice[];
  value_sets: Choice[];
  /** How a record can name the one that it is found around. */
  links: Choice[];
  limits: Limits;
  words: Record<string, string>;
}

const NO_FACET: Facet = { kind: "", choices: [], example: "", units: [], without: [] };
const DATES = ["day", "instant"];

export function recordOf(schema: Schema, name: Json | undefined): RecordKind | undefined {
  return schema.records.find((record) => record.name === name);
}

/** The attribute of a record; `date` is the one that windows look at. */
export function attributeOf(record: RecordKind, name: Json | undefined): Attribute | undefined {
  const wanted = name === "date" ? record.when : name;
  return record.attributes.find((attribute) => attribute.name === wanted);
}

export function factOf(schema: Schema, name: Json | undefined): Fact | undefined {
  return schema.facts.find((fact) => fact.name === name);
}

/** What a condition compares; the empty facet when the builder does not know its field. */
export function facetOf(schema: Schema, condition: Mapping, record: RecordKind | undefined): Facet {
  if (record) return attributeOf(record, condition.field) ?? NO_FACET;
  const fact = factOf(schema, condition.field);
  if (!fact) return NO_FACET;
  const of = condition.of as Mapping | undefined;
  const chosen = fact.parameters.map((parameter) => String(of?.[parameter.name] ?? ""));
  return chosen.map((value) => fact.facets[value]).find((facet) => facet !== undefined) ?? fact;
}

/** The comparisons that a facet can be asked with. */
export function operatorsFor(schema: Schema, facet: Facet): Operator[] {
  return schema.operators.filter(
    (operator) => facet.kind in operator.takes && !facet.without.includes(operator.name),
  );
}

export function operatorOf(schema: Schema, name: Json | undefined): Operator | undefined {
  return schema.operators.find((operator) => operator.name === name);
}

/** The shape of value that a condition takes. */
export function takesOf(schema: Schema, condition: Mapping, facet: Facet): string {
  const operator = operatorOf(schema, condition.is);
  return operator?.takes[facet.kind] ?? (condition.value === undefined ? "nothing" : "unknown");
}

/** Facts of the patient that are dates: moments can start from them. */
export function dateFacts(schema: Schema): Choice[] {
  return schema.facts
    .filter((fact) => DATES.includes(fact.kind) && fact.parameters.length === 0)
    .map((fact) => ({ value: fact.name, label: fact.label }));
}

/** The dates of a record, first the one that windows look at, under the name `own`. */
export function datesOf(record: RecordKind | undefined, own: string): Choice[] {
  if (!record) return [];
  const dates = record.attributes.filter((attribute) => DATES.includes(attribute.kind));
  return [{ value: "date", label: own }, ...dates.map(({ name, label }) => ({ value: name, label }))];
}

/** Whether a date of a record has a time of day: only such a moment can be meant to the very instant. */
export function hasTime(record: RecordKind | undefined, name: Json | undefined): boolean {
  return record !== undefined && attributeOf(record, name)?.kind === "instant";
}

/** What a shape of value starts as; undefined where nothing is taken. */
export function startOf(shape: string): Json | undefined {
  const starts: Record<string, Json> = {
    value: "",
    "value-set": "",
    values: [],
    "two-numbers": ["", ""],
    moment: { now: true },
    "two-moments": [{ now: true, plus: { days: -30 } }, { now: true }],
    span: { days: 30 },
  };
  return starts[shape];
}
