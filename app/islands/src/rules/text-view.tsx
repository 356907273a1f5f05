// The rule as text, JSON or YAML. The server reads it; what cannot be read stays as it was typed and is saved as it is.

import { useEffect, useRef, useState } from "react";
import { ask, Refused } from "./asking";
import type { Problem, Read } from "./asking";
import { Icon } from "./controls";
import { useBuilder } from "./context";
import { about } from "./judging";
import type { Settings } from "./judging";
import { isSame } from "./json";
import type { Json } from "./json";
import { word } from "./words";

const READ_AFTER = 400;

export type Format = "json" | "yaml";

interface TextProps {
  format: Format;
  onFormat: (format: Format) => void;
  settings: Settings;
  token: string;
  /** The text while it cannot be read as a rule; undefined when the rule says the same. */
  unread: string | undefined;
  onUnread: (text: string | undefined) => void;
  onRule: (rule: Json) => void;
}

export function TextView({ format, onFormat, settings, token, unread, onUnread, onRule }: TextProps) {
  const { rule } = useBuilder();
  const [text, setText] = useState(unread ?? (format === "json" ? asJson(rule) : ""));
  const [problems, setProblems] = useState<Problem[]>([]);
  const said = useRef<Json | undefined>(format === "json" || unread !== undefined ? rule : undefined);
  const area = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (said.current !== undefined && isSame(said.current, rule)) return undefined;
    said.current = rule;
    onUnread(undefined);
    return writing(format, settings, token, rule, setText);
  }, [rule, format, settings, token]);

  useEffect(() => {
    if (text === "" && unread === undefined) return undefined;
    const going = new AbortController();
    const timer = setTimeout(async () => {
      const read = await readText(settings, token, { text, format }, going.signal);
      if (!read || going.signal.aborted) return;
      setProblems(read.problems);
      if (read.rule === undefined) return;
      onUnread(undefined);
      if (isSame(said.current, read.rule)) return;
      said.current = read.rule;
      onRule(read.rule);
    }, READ_AFTER);
    return () => {
      clearTimeout(timer);
      going.abort();
    };
  }, [text, format, settings, token]);

  const goToLine = (line: number) => {
    const start = text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const end = text.indexOf("\n", start);
    area.current?.focus();
    area.current?.setSelectionRange(start, end < 0 ? text.length : end);
  };
  return (
    <div className="stack stack--tight">
      <Formats format={format} onFormat={(next) => { onFormat(next); writing(next, settings, token, rule, setText); }} />
      <textarea
        ref={area}
        className="control rb-code rb-text"
        aria-label={word("The rule as text")}
        aria-invalid={problems.length > 0 || undefined}
        aria-describedby="rb-text-problems"
        dir="ltr"
        rows={Math.max(12, Math.min(40, text.split("\n").length + 1))}
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onUnread(event.target.value);
        }}
      />
      <Told problems={problems} onLine={goToLine} />
    </div>
  );
}

/** What is wrong with the text, each with a way to its line. */
function Told({ problems, onLine }: { problems: Problem[]; onLine: (line: number) => void }) {
  return (
    <div id="rb-text-problems" role="status" className="stack stack--tight">
      {problems.map((problem) => (
        <div key={problem.where + problem.says} className="fault">
          <Icon name="error" />
          <span>
            {problem.line !== undefined && (
              <button type="button" className="rb-link" onClick={() => onLine(problem.line ?? 1)}>
                {word("Line %(line)s:", { line: problem.line })}
              </button>
            )}{" "}
            {problem.says}
          </span>
        </div>
      ))}
    </div>
  );
}

function Formats({ format, onFormat }: { format: Format; onFormat: (format: Format) => void }) {
  return (
    <div className="rb-row" role="group" aria-label={word("Written as")}>
      {(["json", "yaml"] as const).map((each) => (
        <button key={each} type="button" className="button button--small rb-switch" aria-pressed={format === each} onClick={() => onFormat(each)}>
          {each.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

function asJson(rule: Json): string {
  return typeof rule === "string" ? rule : JSON.stringify(rule, null, 2);
}

/** Put the rule as text into the field; what takes back a writing that has not come yet. */
function writing(format: Format, settings: Settings, token: string, rule: Json, put: (text: string) => void): () => void {
  const going = new AbortController();
  if (format === "json") put(asJson(rule));
  else {
    void ask<{ text: string }>(settings.addresses.write, token, { rule }, going.signal).then(
      ({ text }) => put(text),
      () => undefined,
    );
  }
  return () => going.abort();
}

/** What the server reads in a text; nothing when it does not answer. */
export async function readText(settings: Settings, token: string, written: { text: string; format: string }, signal?: AbortSignal): Promise<Read | undefined> {
  try {
    return await ask<Read>(settings.addresses.read, token, { ...about(settings, null), ...written }, signal);
  } catch (error) {
    return error instanceof Refused ? { problems: error.problems } : undefined;
  }
}
