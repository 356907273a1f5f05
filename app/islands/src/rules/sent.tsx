// What the form sends of the rule, and the keys that the builder knows.

import { useEffect, useRef } from "react";
import { announce, word } from "./words";

/** The hidden controls that the form sends: a rule written as JSON, or the text that cannot be read yet. */
export function Sent({ name, content, most }: { name: string; content: string; most: number }) {
  const control = useRef<HTMLInputElement>(null);
  const sent = useRef(content);
  useEffect(() => {
    // a form that the server would turn away unread would lose what stands in it
    const stop = (event: Event) => {
      if (event.target !== control.current?.form || content.length <= most) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      announce(word("The rule is too large to be sent"));
    };
    document.addEventListener("submit", stop, true);
    return () => document.removeEventListener("submit", stop, true);
  }, [content, most]);
  useEffect(() => {
    if (sent.current === content) return;
    sent.current = content;
    control.current?.dispatchEvent(new Event("input", { bubbles: true }));
  }, [content]);
  return (
    <>
      <input type="hidden" name={`${name}.shape`} value="written" />
      <input type="hidden" name={`${name}.json`} value={content} ref={control} readOnly />
    </>
  );
}

export function Keys() {
  const keys: [string, string][] = [
    ["Ctrl+Z, Ctrl+Y", word("undo, redo")],
    ["Alt+↑ ↓", word("move a part up or down")],
    ["Alt+→ ←", word("move a part into or out of a group")],
    ["D, G, Delete", word("duplicate, put into a group, remove")],
  ];
  return (
    <details className="fold rb-keys">
      <summary>{word("Keys")}</summary>
      <p className="muted small">{word("All but the first two work while the button with the three dots of a part has the focus.")}</p>
      <dl className="facts facts--lines">
        {keys.map(([key, says]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{says}</dd></div>
        ))}
      </dl>
    </details>
  );
}
