// The form of a step or of the journey's head, drawn by the server from the engine's own types. What is typed is read
// there and comes back as JSON; the form itself stays as it is, so that nothing moves under the hands.

import { useEffect, useRef, useState } from "react";
import { announce, word } from "../rules/words";
import { useDesigner } from "./context";
import { rewired, stepsOf, withStep } from "./draft";
import type { Draft, Step } from "./draft";
import { markRows } from "./rows";
import { HEAD } from "./settings";

const READ_AFTER = 200;

interface Fault {
  id: string;
  label: string;
  says: string;
}

interface Typed {
  value: Record<string, unknown>;
  ways: string[] | null;
  faults: Fault[];
  html?: string;
}

type Sending = { data: URLSearchParams; timer: ReturnType<typeof setTimeout> };

/** What the form is about: a step, or the journey without its steps. */
function givenOf(draft: Draft, id: string): Record<string, unknown> {
  if (id !== HEAD) return stepsOf(draft)[id] ?? {};
  const { steps: _steps, start: _start, ...head } = draft;
  return head;
}

/** What the form knows of; where ways lead is not its matter. */
function told(draft: Draft, id: string): string {
  const { next: _next, ...given } = givenOf(draft, id);
  return JSON.stringify(given);
}

function withValue(draft: Draft, id: string, { value, ways }: Typed): Draft {
  if (id === HEAD) {
    const { start, steps } = draft;
    return { ...value, ...(start === undefined ? {} : { start }), ...(steps === undefined ? {} : { steps }) };
  }
  const step = stepsOf(draft)[id];
  if (!step) return draft;
  return withStep(draft, id, rewired({ ...(value as Step), type: step.type, next: step.next ?? {} }, ways));
}

/** After a button drew the form again: to the entry that was added, or to the button that adds. */
function focusEntry(form: HTMLElement | null, pressed: string): void {
  const [what, list] = pressed.split(":");
  const adds = form?.querySelector<HTMLElement>(`[name="add:${CSS.escape(list ?? "")}"]`);
  const last = [...(adds?.closest("fieldset")?.querySelectorAll(":scope > .entry") ?? [])].at(-1);
  const control = what === "add" ? last?.querySelector<HTMLElement>("input, select, textarea") : adds;
  control?.focus();
}

export function StepForm({ id }: { id: string }) {
  const { draft, latest, change, given, token, judgement, problemsOf, onSettle, onTyping } = useDesigner();
  const [faults, setFaults] = useState<Fault[]>([]);
  const [isLost, setLost] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const known = useRef("");
  const waiting = useRef<Sending>(undefined);
  const running = useRef<Promise<unknown>>(Promise.resolve());
  const now = told(draft, id);
  const remark = useRef<() => unknown>(() => undefined);
  remark.current = () => form.current && markRows(form.current, problemsOf(id), id === HEAD ? "" : `steps.${id}.`);

  const put = (html: string) => {
    if (!form.current) return;
    form.current.innerHTML = html;
    remark.current();
    document.dispatchEvent(new CustomEvent("part:loaded"));
  };
  const post = async <Answer,>(address: string, data: URLSearchParams): Promise<Answer> => {
    data.set("designer-given", JSON.stringify(givenOf(latest(), id)));
    data.set("designer-focus", String(latest()["focus"] ?? ""));
    if (id === HEAD) data.set("designer-head", "1");
    const headers = { "X-CSRFToken": token, "X-Waymark-Partial": "yes" };
    const answer = await fetch(address, { method: "POST", body: data, headers, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Answer;
  };
  const send = async (data: URLSearchParams) => {
    const typed = await post<Typed>(given.addresses.typed, data).catch(() => undefined);
    setLost(!typed);
    if (!typed) return announce(word("The server did not answer. What you typed is kept in the form."));
    setFaults(typed.faults);
    change((before) => {
      const after = withValue(before, id, typed);
      known.current = told(after, id);
      return JSON.stringify(after) === JSON.stringify(before) ? before : after;
    }, "", `form ${id}`);
    if (typed.html === undefined) return undefined;
    put(typed.html);
    return focusEntry(form.current, [...data.keys()].find((name) => /^(add|remove):/.test(name)) ?? "");
  };
  const settle = (): Promise<unknown> => {
    const sending = waiting.current;
    if (sending) {
      clearTimeout(sending.timer);
      waiting.current = undefined;
      running.current = running.current.then(() => send(sending.data)).then(() => waiting.current || onTyping(false));
    }
    return running.current;
  };
  const type = (after: number, submitter?: HTMLElement | null) => {
    if (!form.current) return;
    const typed = new FormData(form.current, submitter instanceof HTMLButtonElement ? submitter : null);
    const pairs = [...typed].filter((pair): pair is [string, string] => typeof pair[1] === "string");
    if (waiting.current) clearTimeout(waiting.current.timer);
    onTyping(true);
    waiting.current = { data: new URLSearchParams(pairs), timer: setTimeout(() => void settle(), after) };
  };

  useEffect(() => {
    onSettle(settle);
    return () => {
      void settle();
      onSettle(() => Promise.resolve());
    };
  }, [id]);
  useEffect(() => {
    if (known.current === now || waiting.current) return;
    known.current = now;
    setFaults([]);
    void post<{ html: string }>(given.addresses.panel, new URLSearchParams()).then(({ html }) => put(html), () => setLost(true));
  }, [now, id]);

  useEffect(() => void remark.current(), [judgement]);

  return (
    <>
      {isLost && <p className="fault" role="alert">{word("The server did not answer. What you typed is kept in the form.")}</p>}
      <ul className="jd-faults" role="status">
        {faults.map((fault) => (
          <li key={fault.id} className="fault"><a href={`#${fault.id}`}>{`${fault.label}: ${fault.says}`}</a></li>
        ))}
      </ul>
      <form
        ref={form}
        className="form jd-form"
        noValidate
        onInput={() => type(READ_AFTER)}
        onSubmit={(event) => {
          event.preventDefault();
          type(0, (event.nativeEvent as SubmitEvent).submitter);
        }}
      />
    </>
  );
}
