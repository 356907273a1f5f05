// The value of a condition, one editor for each shape that a comparison takes.

import { useId, useState } from "react";
import type { KeyboardEvent } from "react";
import { Button, Icon, numberOf, Select, Typed, useFault, Written } from "./controls";
import { useBuilder } from "./context";
import type { Around } from "./context";
import { isMapping } from "./json";
import type { Json, Path } from "./json";
import { MomentEditor, MomentsEditor, SpanEditor } from "./moments";
import type { Facet } from "./schema";
import { word } from "./words";

const FEW = 40;
/** How many codes of a long list are drawn before the reader asks for the rest. */

interface ValueProps {
  path: Path;
  shape: string;
  facet: Facet;
  value: Json | undefined;
  around: Around;
}

export function Value({ path, shape, facet, value, around }: ValueProps) {
  const { schema, put } = useBuilder();
  if (shape === "nothing") return null;
  if (shape === "value-set") {
    return <Select path={path} label={word("Value set")} value={value} choices={schema.value_sets} blank={word("Choose a value set")} onChoose={(slug) => put(path, slug)} />;
  }
  if (shape === "value" && facet.choices.length > 0 && typeof value === "string") {
    return <Select path={path} label={word("Value")} value={value} choices={facet.choices} blank={word("Choose")} onChoose={(code) => put(path, code)} />;
  }
  if (shape === "value" && facet.kind === "number") return <Quantity path={path} facet={facet} value={value} />;
  if (shape === "value" && !isMapping(value) && !Array.isArray(value)) {
    return <Typed path={path} label={word("Value")} value={value} hint={facet.example} onType={(text) => put(path, text)} />;
  }
  if (shape === "values" && Array.isArray(value)) return <Values path={path} facet={facet} value={value} />;
  if (shape === "two-numbers" && Array.isArray(value)) return <TwoNumbers path={path} facet={facet} value={value} />;
  if (shape === "moment") return <MomentEditor path={path} label={word("Moment")} value={value} around={around} />;
  if (shape === "two-moments") return <MomentsEditor path={path} value={value} around={around} />;
  if (shape === "span") return <SpanEditor path={path} label={word("How long")} value={value} />;
  return <Written path={path} label={word("Value as text")} value={value} />;
}

/** A number, and its unit where the fact has one. */
function Quantity({ path, facet, value, label }: { path: Path; facet: Facet; value: Json | undefined; label?: string }) {
  const { put } = useBuilder();
  const list = useId();
  const hasUnit = isMapping(value);
  const number = hasUnit ? value.number : value;
  const unit = hasUnit ? value.unit : "";
  const change = (amount: Json, code: Json) => put(path, code === "" ? amount : { number: amount, unit: code });
  const isAsked = hasUnit || facet.units.length > 0;
  return (
    <span className="rb-row">
      <Typed path={hasUnit ? [...path, "number"] : path} label={label ?? word("Value")} value={number} isNumber look="rb-short" hint={facet.example} onType={(amount) => change(amount, unit ?? "")} />
      {isAsked && (
        <>
          <Typed path={[...path, "unit"]} label={word("Unit")} value={unit} look="rb-unit" hint={word("any unit")} list={list} onType={(code) => change(number ?? "", code)} />
          <datalist id={list}>
            {facet.units.map((each) => (
              <option key={each.value} value={each.value} label={each.label} />
            ))}
          </datalist>
        </>
      )}
    </span>
  );
}

function TwoNumbers({ path, facet, value }: { path: Path; facet: Facet; value: Json[] }) {
  return (
    <span className="rb-row">
      <Quantity path={[...path, 0]} facet={facet} value={value[0]} label={word("From")} />
      <span>{word("and")}</span>
      <Quantity path={[...path, 1]} facet={facet} value={value[1]} label={word("To")} />
    </span>
  );
}

function Values({ path, facet, value }: { path: Path; facet: Facet; value: Json[] }) {
  if (facet.choices.length > 0) return <Ticks path={path} facet={facet} value={value} />;
  return <Codes path={path} facet={facet} value={value} />;
}

/** Closed values as boxes to tick; a value that is none of them stays, ticked. */
function Ticks({ path, facet, value }: { path: Path; facet: Facet; value: Json[] }) {
  const { put } = useBuilder();
  const fault = useFault(path);
  const known = facet.choices.map((choice) => choice.value);
  const odd = value.filter((each) => !known.includes(String(each)));
  const all = [...facet.choices, ...odd.map((each) => ({ value: String(each), label: String(each) }))];
  const ticked = (code: string) => value.some((each) => String(each) === code);
  const tick = (code: string, isOn: boolean) =>
    put(path, isOn ? [...value, code] : value.filter((each) => String(each) !== code));
  return (
    <span className="rule-values" role="group" aria-label={word("Values")} id={fault.id} tabIndex={-1}>
      {all.map((choice) => (
        <label key={choice.value} className="rule-value">
          <input type="checkbox" checked={ticked(choice.value)} aria-describedby={fault["aria-describedby"]} onChange={(event) => tick(choice.value, event.target.checked)} />
          {choice.label}
        </label>
      ))}
    </span>
  );
}

/** Open values, each a small tag: typed with Enter or a comma, pasted as a list, taken out by its button or Backspace. */
function Codes({ path, facet, value }: { path: Path; facet: Facet; value: Json[] }) {
  const { put } = useBuilder();
  const fault = useFault(path);
  const [typed, setTyped] = useState("");
  const [isWhole, setWhole] = useState(false);
  const drawn = isWhole ? value : value.slice(0, FEW);
  const take = (text: string) => {
    const found = text.split(/[,;\n\t]+/).map((each) => each.trim()).filter(Boolean);
    const fresh = found.map((each) => (facet.kind === "number" ? numberOf(each) : each)).filter((each) => !value.includes(each));
    if (fresh.length > 0) put(path, [...value, ...new Set(fresh)]);
    setTyped("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      event.preventDefault();
      take(typed);
    } else if (event.key === "Backspace" && typed === "" && value.length > 0) {
      put(path, value.slice(0, -1));
    }
  };
  return (
    <span className="rb-codes" role="group" aria-label={word("Values")}>
      {drawn.map((code, place) => (
        <span className="rb-code-tag" key={`${String(code)}-${place}`}>
          <bdi>{String(code)}</bdi>
          <button type="button" aria-label={word("Remove %(code)s", { code: String(code) })} onClick={() => put(path, value.filter((_each, other) => other !== place))}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      {value.length > drawn.length && (
        <Button icon="more" label="" look="button--quiet" onPress={() => setWhole(true)}>
          {word("Show all %(count)s", { count: value.length })}
        </Button>
      )}
      <input
        {...fault}
        className="control rb-code-input"
        aria-label={value.length > 0 ? word("Add another value") : word("Add a value")}
        placeholder={facet.example || (value.length > 0 ? word("Another …") : word("Type, then Enter"))}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onKeyDown={press}
        onBlur={() => take(typed)}
        onPaste={(event) => {
          event.preventDefault();
          take(typed + event.clipboardData.getData("text"));
        }}
        onChange={(event) => (/[,;]/.test(event.target.value) ? take(event.target.value) : setTyped(event.target.value))}
      />
    </span>
  );
}
