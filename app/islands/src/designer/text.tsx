// The journey as text. The server writes and reads it; what cannot be read stays as it was typed, and is said at its line.

import { useEffect, useRef, useState } from "react";
import { ask } from "../rules/asking";
import type { Mapping } from "../rules/json";
import { word } from "../rules/words";
import { useDesigner } from "./context";
import type { Draft } from "./draft";
import { Icon } from "./lines";
import { saidAt } from "./settings";
import type { Problem } from "./settings";

const READ_AFTER = 400;
const ROWS = 36;

interface Read {
  content?: Draft;
  problems: Problem[];
}

/** `onUnread` hears whether the text says something that is no draft yet. */
export function TextView({ onUnread }: { onUnread: (isUnread: boolean) => void }) {
  const { draft, change, given, token } = useDesigner();
  const [text, setText] = useState<string>();
  const [problems, setProblems] = useState<Problem[]>([]);
  const [isLost, setLost] = useState(false);
  const said = useRef<Draft>(undefined);
  const typed = useRef<string>(undefined);
  const area = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (said.current === draft) return undefined;
    said.current = draft;
    const going = new AbortController();
    ask<{ text: string }>(given.addresses.write, token, { content: draft } as Mapping, going.signal).then(
      (answer) => {
        typed.current = undefined;
        setText(answer.text);
        onUnread(false);
      },
      () => !going.signal.aborted && setLost(true),
    );
    return () => going.abort();
  }, [draft]);

  useEffect(() => {
    if (text === undefined) return undefined;
    const going = new AbortController();
    const timer = setTimeout(async () => {
      const read = await ask<Read>(given.addresses.read, token, { text, journey: given.slug }, going.signal).catch(() => undefined);
      if (going.signal.aborted) return;
      setLost(!read);
      if (!read) return;
      setProblems(read.problems);
      if (!read.content || typed.current !== text) return;
      typed.current = undefined;
      onUnread(false);
      said.current = read.content;
      change(() => read.content as Draft, "", "text");
    }, READ_AFTER);
    return () => {
      clearTimeout(timer);
      going.abort();
    };
  }, [text]);

  const goToLine = (line: number) => {
    const start = (text ?? "").split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const end = (text ?? "").indexOf("\n", start);
    area.current?.focus();
    area.current?.setSelectionRange(start, end < 0 ? (text ?? "").length : end);
  };
  return (
    <div className="stack stack--tight jd-text">
      {isLost && <p className="fault" role="alert">{word("The server did not answer. What you wrote is kept here.")}</p>}
      <div id="jd-text-problems" role="status" className="stack stack--tight">
        {problems.map((problem) => (
          <div key={problem.where + problem.says} className={problem.severity === "error" ? "fault" : "fault jd-warning"}>
            <Icon name={problem.severity === "error" ? "error" : "alert"} />
            <span>
              {problem.line !== undefined && (
                <button type="button" className="rb-link" onClick={() => goToLine(problem.line ?? 1)}>{word("Line %(line)s:", { line: problem.line })}</button>
              )}{" "}
              {saidAt(problem.says, problem.part)}
            </span>
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        className="control rb-code"
        aria-label={word("The journey as text")}
        aria-invalid={problems.some((problem) => problem.severity === "error") || undefined}
        aria-describedby="jd-text-problems"
        dir="ltr"
        rows={ROWS}
        spellCheck={false}
        readOnly={!given.mayChange}
        value={text ?? ""}
        onChange={(event) => {
          typed.current = event.target.value;
          setText(event.target.value);
          onUnread(true);
        }}
      />
    </div>
  );
}
