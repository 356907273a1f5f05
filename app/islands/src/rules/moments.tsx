// Spans of time and moments: today, a date, a date of the patient or of a record, and some time before or after.

import { Select, Typed, Written } from "./controls";
import { useBuilder } from "./context";
import type { Around } from "./context";
import { isMapping } from "./json";
import type { Json, Mapping, Path } from "./json";
import { dateFacts, datesOf, hasTime } from "./schema";
import type { Choice } from "./schema";
import { withPlus } from "./turning";
import { word } from "./words";

const BASES = ["now", "date", "field", "focus", "record"];

export function units(): Choice[] {
  return [
    { value: "days", label: word("days") },
    { value: "weeks", label: word("weeks") },
    { value: "months", label: word("months") },
    { value: "years", label: word("years") },
  ];
}

/** An amount and a unit; several units stand one after the other. */
export function SpanEditor({ path, label, value }: { path: Path; label: string; value: Json | undefined }) {
  const { put } = useBuilder();
  if (!isMapping(value) || Object.keys(value).length === 0) return <Written path={path} label={label} value={value} />;
  return (
    <span className="rb-row" role="group" aria-label={label}>
      {Object.entries(value).sort(largerFirst).map(([unit, amount]) => (
        <Amount
          key={unit}
          path={[...path, unit]}
          label={label}
          amount={amount}
          unit={unit}
          onAmount={(number) => put(path, { ...value, [unit]: number })}
          onUnit={(other) => put(path, renamed(value, unit, other))}
        />
      ))}
    </span>
  );
}

function largerFirst([one]: [string, Json], [other]: [string, Json]): number {
  const order = ["years", "months", "weeks", "days"];
  return order.indexOf(one) - order.indexOf(other);
}

interface AmountProps {
  path: Path;
  label: string;
  amount: Json | undefined;
  unit: string;
  onAmount: (amount: Json) => void;
  onUnit: (unit: string) => void;
}

function Amount({ path, label, amount, unit, onAmount, onUnit }: AmountProps) {
  return (
    <>
      <Typed path={path} label={label} value={amount} isNumber look="rb-short" onType={onAmount} />
      <Select path={[...path, "unit"]} label={word("Unit")} value={unit} choices={units()} onChoose={onUnit} />
    </>
  );
}

/** The same with one unit named otherwise; an amount that stood there before is given up. */
function renamed(span: Mapping, unit: string, other: string): Mapping {
  const { [unit]: amount, ...kept } = span;
  return { ...kept, [other]: amount ?? "" };
}

interface MomentProps {
  path: Path;
  label: string;
  value: Json | undefined;
  around: Around;
}

export function MomentEditor({ path, label, value, around }: MomentProps) {
  const { put } = useBuilder();
  const base = isMapping(value) ? BASES.find((each) => each in value) : undefined;
  if (!isMapping(value) || !base || !isSimple(value)) return <Written path={path} label={label} value={value} />;
  const plus = isMapping(value.plus) ? Object.entries(value.plus)[0] : undefined;
  return (
    <span className="rb-row rb-moment" role="group" aria-label={label}>
      <Shift
        path={[...path, "plus"]}
        plus={plus}
        isExact={value.exact === true}
        mayBeExact={base === "record" && hasTime(around.outer, value.record)}
        onShift={(shift) => put(path, withPlus(value, shift))}
        onExact={() => put(path, { ...withPlus(value, undefined), exact: true })}
      />
      <Base path={path} label={label} value={value} base={base} around={around} />
    </span>
  );
}

/** Whether a moment has at most one unit before or after it, and says of the very instant what can be said. */
function isSimple(moment: Mapping): boolean {
  if (moment.exact !== undefined && (moment.exact !== true || moment.plus !== undefined)) return false;
  return moment.plus === undefined || (isMapping(moment.plus) && Object.keys(moment.plus).length === 1);
}

interface ShiftProps {
  path: Path;
  plus: [string, Json] | undefined;
  isExact: boolean;
  mayBeExact: boolean;
  onShift: (plus: Mapping | undefined) => void;
  onExact: () => void;
}

/** "30 days before": how far a moment lies from where it starts. */
function Shift({ path, plus, isExact, mayBeExact, onShift, onExact }: ShiftProps) {
  const [unit, amount] = plus ?? ["days", 0];
  const isEarlier = typeof amount === "number" && amount < 0;
  const side = isExact ? "instant" : plus ? (isEarlier ? "before" : "after") : "";
  const choose = (where: string) => {
    if (where === "instant") onExact();
    else onShift(where ? { [unit]: signed(size === 0 ? 1 : size, where) } : undefined);
  };
  const size = typeof amount === "number" ? Math.abs(amount) : amount;
  const signed = (number: Json, where: string): Json =>
    typeof number === "number" ? (where === "before" ? -Math.abs(number) : Math.abs(number)) : number;
  return (
    <>
      {plus && (
        <Amount
          path={[...path, unit]}
          label={word("How much")}
          amount={size}
          unit={unit}
          onAmount={(number) => onShift({ [unit]: signed(number, side) })}
          onUnit={(other) => onShift({ [other]: amount })}
        />
      )}
      <Select
        path={path}
        label={word("Before or after")}
        value={side}
        choices={[
          { value: "before", label: word("before") },
          { value: "after", label: word("after") },
          ...(mayBeExact || isExact ? [{ value: "instant", label: word("to the very moment of") }] : []),
        ]}
        blank={word("exactly")}
        onChoose={choose}
      />
    </>
  );
}

interface BaseProps extends MomentProps {
  value: Mapping;
  base: string;
}

/** Where a moment starts from. */
function Base({ path, label, value, base, around }: BaseProps) {
  const { schema, focus, put } = useBuilder();
  const groups = [
    { label: word("Dates of the patient"), choices: named("field", dateFacts(schema)) },
    { label: word("Dates of the record in focus"), choices: named("focus", datesOf(focus, word("the date of the record in focus"))) },
    { label: word("Dates of the record around"), choices: named("record", datesOf(around.outer, word("the date of that record"))) },
  ].filter((group) => group.choices.length > 0);
  const chosen = base === "now" || base === "date" ? base : `${base}:${String(value[base])}`;
  const choose = (choice: string) => {
    const [kind = "now", name] = choice.split(":");
    const start: Json = kind === "now" ? true : (name ?? "");
    put(path, withPlus({ [kind]: start }, isMapping(value.plus) ? value.plus : undefined));
  };
  return (
    <>
      <Select
        path={path}
        label={label}
        value={chosen}
        choices={[
          { value: "now", label: value.plus ? word("today") : word("now") },
          { value: "date", label: word("a date") },
        ]}
        groups={groups}
        onChoose={choose}
      />
      {base === "date" && (
        <Typed path={[...path, "date"]} label={word("Date")} value={value.date} type="date" look="rb-date" onType={(date) => put([...path, "date"], date)} />
      )}
    </>
  );
}

function named(kind: string, choices: Choice[]): Choice[] {
  return choices.map(({ value, label }) => ({ value: `${kind}:${value}`, label }));
}

/** Two moments. */
export function MomentsEditor({ path, value, around }: Omit<MomentProps, "label">) {
  const label = word("Two moments");
  if (!Array.isArray(value) || value.length !== 2) return <Written path={path} label={label} value={value} />;
  return (
    <span className="rb-row">
      <MomentEditor path={[...path, 0]} label={word("From")} value={value[0]} around={around} />
      <span>{word("and")}</span>
      <MomentEditor path={[...path, 1]} label={word("To")} value={value[1]} around={around} />
    </span>
  );
}
