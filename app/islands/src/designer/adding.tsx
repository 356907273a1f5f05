// Asks what to add, and in which way of a step: a list that arrows and first letters walk.

import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { word } from "../rules/words";
import { useDesigner } from "./context";
import { targetOf } from "./draft";
import type { Way } from "./draft";
import { wayAt } from "./drawing";
import { Icon } from "./lines";
import type { Row } from "./walking";

export function AddDialog({ row, onClose }: { row: Row; onClose: () => void }) {
  const shared = useDesigner();
  const { given, branch, draft, nameOf } = shared;
  const dialog = useRef<HTMLDialogElement>(null);
  const [way, setWay] = useState<Way>(() => wayAt(row, shared));
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>(".jd-type")?.focus();
  }, []);
  const ways = row.kind === "step" ? shared.waysOf(row.id) : [];
  const after = (port: string) => {
    const target = targetOf(draft, { from: row.id, port });
    return target === undefined ? word("nothing yet") : nameOf(target);
  };
  return (
    <dialog ref={dialog} className="jd-dialog" aria-labelledby="jd-adding" onClose={onClose} onKeyDown={walk}>
      <div className="jd-dialog-head">
        <h2 id="jd-adding">{word("Add a step")}</h2>
        <button type="button" className="button button--quiet button--icon" aria-label={word("Close")} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      {ways.length > 1 && (
        <div className="field">
          <label htmlFor="jd-way">{word("In which way")}</label>
          <select id="jd-way" className="control" value={way.port} onChange={(event) => setWay({ from: row.id, port: event.target.value })}>
            {ways.map(({ port, words }) => (
              <option key={port} value={port}>{`${words} → ${after(port)}`}</option>
            ))}
          </select>
        </div>
      )}
      <div className="jd-types" role="group" aria-label={word("Types of steps")}>
        {branch && (
          <button type="button" className="jd-type" onClick={() => shared.paste(way)}>
            <Icon name="copy" />
            <span><span className="strong">{word("Paste the copied branch")}</span></span>
          </button>
        )}
        {given.types.map(({ type, label, help, icon }) => (
          <button key={type} type="button" className="jd-type" onClick={() => shared.add(way, type)}>
            <Icon name={icon} />
            <span><span className="strong">{label}</span> <span className="muted small">{help}</span></span>
          </button>
        ))}
      </div>
    </dialog>
  );
}

function walk(event: KeyboardEvent<HTMLDialogElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(".jd-type")];
  const place = buttons.indexOf(event.target as HTMLElement);
  if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const named = (each: HTMLElement) => each.innerText.trim().toLowerCase().startsWith(event.key.toLowerCase());
  const ordered = [...buttons.slice(place + 1), ...buttons.slice(0, place + 1)];
  const moves: Record<string, HTMLElement | undefined> = {
    ArrowDown: ordered[0],
    ArrowUp: ordered.at(-2),
    Home: buttons[0],
    End: buttons.at(-1),
  };
  const target = moves[event.key] ?? (event.key.length === 1 && event.key !== " " ? ordered.find(named) : undefined);
  if (!target) return;
  event.preventDefault();
  target.focus();
}
