// The designer: one draft with its history, drawn as outline, canvas or text, judged and saved by the server.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { announce, word } from "../rules/words";
import { AddDialog } from "./adding";
import { DesignerContext, nameIn } from "./context";
import type { Shared } from "./context";
import { added, branchOf, pasted, removed, stepsOf } from "./draft";
import type { Branch, Way } from "./draft";
import { Canvas, Outline } from "./drawing";
import { useEditing } from "./editing";
import { steady } from "./faces";
import { useCounts, useJudgement } from "./judging";
import { Panel } from "./panel";
import { Conflicts, Problems } from "./said";
import { useSaving } from "./saving";
import { HEAD } from "./settings";
import type { Given, Judgement, Problem } from "./settings";
import { TextView } from "./text";
import { Keys, Toolbar } from "./toolbar";
import type { View } from "./toolbar";
import { found, walked, waysOf } from "./walking";
import type { Row } from "./walking";
import { inPercent, resized } from "./zooming";

const NARROW = 900;
const NO_PROOF: ReadonlySet<string> = new Set();

export function Designer({ given, token }: { given: Given; token: string }) {
  const editing = useEditing(given.content);
  const { judgement, judged, isLost } = useJudgement(given, token, editing.draft);
  const [view, setView] = useState<View>(() => (innerWidth < NARROW ? "outline" : "canvas"));
  const [query, setQuery] = useState("");
  const [proven, setProven] = useState<Problem>();
  const [isUnread, setUnread] = useState(false);
  const asked = useState<Row>();
  const [isTyping, onTyping] = useState(false);
  const settle = useRef<() => Promise<unknown>>(() => Promise.resolve());
  const saving = useSaving(given, token, editing, () => settle.current());
  const shared = useShared(given, token, { ...editing, judgement, query, onAsk: asked[1], settle, onTyping });
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // on the whole page: what had the focus may be gone, such as a problem that was mended
    const listen = (event: KeyboardEvent) => press(event, shared, () => void saving.save());
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });
  const proof = useMemo(() => new Set(proven?.proof ?? NO_PROOF), [proven]);
  const turn = (next: View) => (isUnread ? announce(word("The text cannot be read yet")) : setView(next));
  useEffect(() => {
    const control = shared.here && whole.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(shared.here)}"]`);
    if (control && shared.isWanted.current) {
      shared.isWanted.current = false;
      control.focus();
      control.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  return (
    <DesignerContext value={shared}>
      <div className="jd stack" ref={whole} data-waits={isTyping || judged !== editing.draft || undefined}>
        <Toolbar view={view} onView={turn} saving={saving} query={query} onQuery={setQuery} matches={[...shared.matches]} />
        <Conflicts saving={saving} />
        {view !== "text" && <Problems isLost={isLost} proven={proven} onProve={setProven} />}
        <div className={shared.opened ? "jd-beside jd-beside--opened" : "jd-beside"}>
          {view === "outline" && <Outline proof={proof} />}
          {view === "canvas" && <Canvas proof={proof} />}
          {view === "text" && <TextView onUnread={setUnread} />}
          {view !== "text" && <Panel />}
        </div>
        {view !== "text" && <Keys />}
        {asked[0] && <AddDialog row={asked[0]} onClose={() => asked[1](undefined)} />}
      </div>
    </DesignerContext>
  );
}

interface Around extends ReturnType<typeof useEditing> {
  judgement: Judgement;
  query: string;
  onAsk: (row: Row | undefined) => void;
  settle: { current: () => Promise<unknown> };
  onTyping: (isTyping: boolean) => void;
}

function useShared(given: Given, token: string, around: Around): Shared & { isWanted: { current: boolean } } {
  const { draft, judgement, query, onAsk, settle, change, latest } = around;
  const [here, setHere] = useState("");
  const [opened, setOpened] = useState("");
  const [branch, setBranch] = useState<Branch>();
  const [size, setSize] = useState(1);
  const isWanted = useRef(false);
  const counts = useCounts(given, token);
  const known = useMemo(() => Object.fromEntries(Object.entries(judgement.steps).map(([id, step]) => [id, step.ways])), [judgement]);
  const ways = useCallback((id: string) => waysOf(draft, knownOf(given, known, stepsOf(draft)[id]?.type ?? "", id), id), [draft, known, given]);
  const drawn = useRef<readonly Row[]>([]);
  const rows = useMemo(() => (drawn.current = steady(drawn.current, walked(draft, ways))), [draft, ways]);
  const nameOf = (id: string) => nameIn(draft, id, given.language, id);
  const textOf = (id: string) => `${id} ${nameOf(id)} ${stepsOf(draft)[id]?.type ?? ""} ${judgement.steps[id]?.sentence ?? ""}`.toLowerCase();
  const matches = useMemo(() => new Set(found(rows, query, textOf)), [rows, query, judgement]);
  const problems = useMemo(() => byStep(judgement.problems), [judgement]);
  const go = (key: string, isFocused = true) => {
    isWanted.current = isFocused;
    setHere(key);
  };
  const close = () => {
    setOpened("");
    if (opened === HEAD) document.querySelector<HTMLElement>("[data-entry]")?.focus();
    else go(opened);
  };
  const put = ({ draft: next, id }: ReturnType<typeof added>, says: string) => {
    onAsk(undefined);
    change(() => next, says);
    go(id);
    setOpened("");
  };
  return {
    ...around, given, token, counts, rows, opened, matches, branch, nameOf, go, close, isWanted,
    here: rows.some((row) => row.key === here) ? here : (rows[0]?.key ?? ""),
    waysOf: ways,
    problemsOf: (id) => problems.get(id) ?? [],
    open: setOpened,
    size,
    zoom: (steps) => {
      setSize(resized(size, steps));
      announce(word("Drawn at %(size)s", { size: inPercent(resized(size, steps)) }));
    },
    ask: (row) => (row.kind === "step" && ways(row.id).length === 0 ? announce(word("Nothing follows this step")) : onAsk(row)),
    add: (way: Way, type: string) => {
      const kind = given.types.find((each) => each.type === type);
      put(added(latest(), way, type, { en: kind?.label ?? type }, kind?.ways.map(([port]) => port) ?? ["next"]), word("Added"));
    },
    paste: (way) => branch && put(pasted(latest(), way, branch), word("Pasted")),
    copy: (id) => {
      const copied = branchOf(latest(), id);
      setBranch(copied);
      announce(word("%(count)s steps copied", { count: Object.keys(copied.steps).length }));
    },
    remove: (id) => {
      const place = rows.findIndex((row) => row.key === id);
      change((before) => removed(before, id), word("The step is removed; the steps around it are joined."));
      setOpened("");
      go((rows[place - 1] ?? rows[place + 1])?.key ?? "");
    },
    onSettle: (next) => (settle.current = next),
  };
}

function byStep(problems: readonly Problem[]): Map<string, Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) found.set(problem.step || HEAD, [...(found.get(problem.step || HEAD) ?? []), problem]);
  return found;
}

/** The ways that the server knows of a step; of a step too new for that, those of its type. */
function knownOf(given: Given, known: Record<string, [string, string][]>, type: string, id: string): Record<string, [string, string][]> {
  if (known[id]) return known;
  return { [id]: given.types.find((each) => each.type === type)?.ways ?? [] };
}

/** Keys that work everywhere in the designer; in fields the browser undoes what is typed. */
function press(event: KeyboardEvent, shared: Shared, save: () => void): void {
  if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  const isField = event.target instanceof Element && event.target.matches("input, textarea, select");
  const letter = event.key.toLowerCase();
  const work: Record<string, (() => void) | undefined> = {
    s: save,
    f: isField ? undefined : () => document.getElementById("jd-search")?.focus(),
    z: isField ? undefined : event.shiftKey ? shared.redo : shared.undo,
    y: isField ? undefined : shared.redo,
  };
  const chosen = work[letter];
  if (!chosen || (!shared.given.mayChange && letter !== "f")) return;
  event.preventDefault();
  chosen();
}
