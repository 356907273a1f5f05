// The menu of one part: everything that can be done with it, by buttons and by keys while its handle has the focus.

import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { Icon } from "./controls";
import { useBuilder } from "./context";
import { at, idOf } from "./json";
import type { Path } from "./json";
import { duplicated, grouped, isInGroup, moved, removed, shapeOf, ungrouped } from "./parts";
import type { Move } from "./parts";
import { word } from "./words";

interface Action {
  key: string;
  icon: string;
  label: string;
  keys?: string;
  isOff: boolean;
  act: () => void;
}

const isMirrored = () => document.documentElement.dir === "rtl";
const INWARD = () => (isMirrored() ? "ArrowLeft" : "ArrowRight");
const OUTWARD = () => (isMirrored() ? "ArrowRight" : "ArrowLeft");
const ARROWS: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

function useActions(path: Path, name: string): Action[] {
  const { rule, goTo, move } = useBuilder();
  const moving = (way: Move, icon: string, label: string, key: string): Action => ({
    key: way,
    icon,
    label,
    keys: `Alt+${key}`,
    isOff: !moved(rule, path, way),
    act: () => move(path, way),
  });
  const isGroup = shapeOf(at(rule, path)) === "group";
  return [
    { key: "copy", icon: "copy", label: word("Duplicate"), keys: "D", isOff: false, act: () => goTo(duplicated(rule, path), word("%(part)s duplicated", { part: name })) },
    moving("up", "arrow-up", word("Move up"), "ArrowUp"),
    moving("down", "arrow-down", word("Move down"), "ArrowDown"),
    moving("in", "arrow-right", word("Move into the group beside it"), INWARD()),
    moving("out", "arrow-left", word("Move out of its group"), OUTWARD()),
    { key: "group", icon: "branch", label: word("Put into a new group"), keys: "G", isOff: false, act: () => goTo(grouped(rule, path), word("%(part)s is in a new group", { part: name })) },
    ...(isGroup && isInGroup(path)
      ? [{ key: "ungroup", icon: "list", label: word("Dissolve the group, keep its parts"), isOff: false, act: () => goTo(ungrouped(rule, path), word("Group dissolved")) }]
      : []),
    { key: "remove", icon: "trash", label: word("Remove"), keys: "Delete", isOff: false, act: () => goTo(removed(rule, path), word("%(part)s removed", { part: name })) },
  ];
}

/** The action that a key on the handle means. */
function pressed(event: KeyboardEvent, actions: Action[]): Action | undefined {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
  const said = event.altKey ? `Alt+${event.key}` : event.key;
  return actions.find((action) => action.keys?.toLowerCase() === said.toLowerCase());
}

export function PartMenu({ path, name }: { path: Path; name: string }) {
  const { rule } = useBuilder();
  const actions = useActions(path, name);
  const [isOpen, setOpen] = useState(false);
  const whole = useRef<HTMLSpanElement>(null);
  const handle = useRef<HTMLButtonElement>(null);
  const id = `handle-${idOf(at(rule, path), path.join("-"))}`;
  const close = () => {
    setOpen(false);
    handle.current?.focus();
  };
  useEffect(() => {
    if (isOpen) whole.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [isOpen]);
  const press = (event: KeyboardEvent) => {
    const action = pressed(event, actions);
    if (!action) return;
    event.preventDefault();
    if (!action.isOff) action.act();
  };
  return (
    <span
      className="rb-menu"
      ref={whole}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}
    >
      <button
        type="button"
        ref={handle}
        id={id}
        className="button button--quiet button--small button--icon"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={word("Actions for %(part)s", { part: name })}
        title={word("Move, duplicate, remove …")}
        onKeyDown={press}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="more" />
      </button>
      {isOpen && <Items actions={actions} name={name} onClose={close} />}
    </span>
  );
}

function Items({ actions, name, onClose }: { actions: Action[]; name: string; onClose: () => void }) {
  const step = (event: KeyboardEvent<HTMLDivElement>) => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
    const here = items.indexOf(document.activeElement as HTMLElement);
    const ways: Record<string, number> = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 };
    if (event.key === "Escape") onClose();
    else if (event.key in ways) items.at((ways[event.key] ?? 0) % items.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="menu-panel rb-menu-panel" role="menu" aria-label={name} onKeyDown={step}>
      {actions.map((action) => (
        <button
          key={action.key}
          type="button"
          role="menuitem"
          tabIndex={-1}
          aria-disabled={action.isOff || undefined}
          onClick={() => {
            if (action.isOff) return;
            onClose();
            action.act();
          }}
        >
          <Icon name={action.icon} />
          <span>{action.label}</span>
          {action.keys && <kbd aria-hidden="true">{action.keys.replace(/Arrow\w+/, (arrow) => ARROWS[arrow] ?? arrow)}</kbd>}
        </button>
      ))}
    </div>
  );
}
