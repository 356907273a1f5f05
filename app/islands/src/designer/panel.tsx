// Beside the drawing: one step with what is wrong with it, where its ways lead, and its form.

import { memo, useEffect, useRef } from "react";
import { word } from "../rules/words";
import { useDesigner } from "./context";
import { connected, stepsOf, targetOf } from "./draft";
import { steady } from "./faces";
import { StepForm } from "./form";
import { Icon } from "./lines";
import { HEAD, saidAt } from "./settings";
import type { StepType } from "./settings";

const NEW = "new:";

export function Panel() {
  const { opened, draft, nameOf, close, judgement, problemsOf, given, copy, remove } = useDesigner();
  const panel = useRef<HTMLElement>(null);
  const isHead = opened === HEAD;
  useEffect(() => panel.current?.focus({ preventScroll: false }), [opened]);
  if (opened === "" || (!isHead && !stepsOf(draft)[opened])) return null;
  const sentence = isHead ? judgement.entry : (judgement.steps[opened]?.sentence ?? "");
  return (
    <aside
      ref={panel}
      className="panel jd-panel"
      tabIndex={-1}
      aria-labelledby="jd-panel-title"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        close();
      }}
    >
      <div className="jd-dialog-head">
        <h2 id="jd-panel-title" dir="auto">{isHead ? word("The journey") : nameOf(opened)}</h2>
        {!isHead && given.mayChange && (
          <>
            <button type="button" className="button button--quiet button--icon" aria-label={word("Copy the branch")} title={`${word("Copy the branch")} (Ctrl+C)`} onClick={() => copy(opened)}><Icon name="copy" /></button>
            <button type="button" className="button button--quiet button--icon" aria-label={word("Remove the step")} title={`${word("Remove the step")} (Delete)`} onClick={() => remove(opened)}><Icon name="trash" /></button>
          </>
        )}
        <button type="button" className="button button--quiet button--icon" aria-label={word("Close")} title={`${word("Close")} (Esc)`} onClick={close}><Icon name="close" /></button>
      </div>
      {sentence && <p className="muted">{sentence}</p>}
      <div role="status" className="stack stack--tight">
        {problemsOf(opened).map((problem) => (
          <div key={problem.where + problem.says} className={problem.severity === "error" ? "fault" : "fault jd-warning"}>
            <Icon name={problem.severity === "error" ? "error" : "alert"} />
            <span>{saidAt(problem.says, problem.part)}</span>
          </div>
        ))}
      </div>
      {!isHead && <Ways id={opened} />}
      {given.mayChange && <StepForm key={opened} id={opened} />}
    </aside>
  );
}

/** Where each way out leads. */
function Ways({ id }: { id: string }) {
  const { draft, given, waysOf, nameOf, change, add } = useDesigner();
  const listed = useRef<readonly Named[]>([]);
  const others = Object.keys(stepsOf(draft)).filter((other) => other !== id);
  listed.current = steady(listed.current, others.map((other) => ({ key: other, name: nameOf(other) })));
  const ways = waysOf(id);
  if (ways.length === 0) return null;
  return (
    <fieldset className="texts" disabled={!given.mayChange}>
      <legend>{word("What happens next")}</legend>
      <div className="stack stack--tight">
        {ways.map(({ port, words }) => (
          <div className="field" key={port}>
            <label htmlFor={`jd-way-${port}`}>{words}</label>
            <select
              id={`jd-way-${port}`}
              className="control"
              value={targetOf(draft, { from: id, port }) ?? ""}
              onChange={({ target: { value } }) => {
                if (value.startsWith(NEW)) add({ from: id, port }, value.slice(NEW.length));
                else change((before) => connected(before, { from: id, port }, value || undefined), value ? word("Connected") : word("The way is open"));
              }}
            >
              <Targets steps={listed.current} types={given.types} />
            </select>
          </div>
        ))}
      </div>
    </fieldset>
  );
}

interface Named {
  key: string;
  name: string;
}

/** Where a way can lead: a choice of every step for every way, so it is drawn again only when a step has another name. */
const Targets = memo(function Targets({ steps, types }: { steps: readonly Named[]; types: readonly StepType[] }) {
  return (
    <>
      <option value="">{word("nothing yet")}</option>
      <optgroup label={word("Go to")}>
        {steps.map(({ key, name }) => <option key={key} value={key}>{name}</option>)}
      </optgroup>
      <optgroup label={word("Add a step")}>
        {types.map((type) => <option key={type.type} value={NEW + type.type}>{word("New: %(label)s", { label: type.label })}</option>)}
      </optgroup>
    </>
  );
});
