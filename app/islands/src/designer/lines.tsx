// One line of the walk: a step, a reference to a step elsewhere, a way that leads nowhere yet. Outline and Canvas draw the
// same lines; only where they stand differs.

import { memo, useRef } from "react";
import { word } from "../rules/words";
import { useDesigner } from "./context";
import type { Shared } from "./context";
import { faceOf, steady } from "./faces";
import type { Face } from "./faces";
import { HEAD } from "./settings";
import type { Row } from "./walking";

export function Icon({ name }: { name: string }) {
  const { given } = useDesigner();
  return <Drawn name={name} icons={given.icons} />;
}

function Drawn({ name, icons }: { name: string; icons: string }) {
  return (
    <svg className={`icon icon-${name}`} aria-hidden="true">
      <use href={`${icons}#${name}`} />
    </svg>
  );
}

/** The button of a line. */
function Button({ face }: { face: Face }) {
  const { key, kind, icons, name, isHere, isOpened, errors } = face;
  const looks = ["jd-face", `jd-face--${kind}`];
  if (errors > 0) looks.push("jd-face--wrong");
  if (isOpened) looks.push("jd-face--opened");
  if (face.isMatch) looks.push("jd-face--match");
  if (face.isProof) looks.push("jd-face--proof");
  return (
    <button type="button" className={looks.join(" ")} data-key={key} tabIndex={isHere ? 0 : -1} aria-pressed={kind === "step" ? isOpened : undefined} disabled={kind === "open" && face.isOff}>
      <span className="jd-mark"><Drawn name={face.icon} icons={icons} /></span>
      <span className="jd-words">
        <span className="jd-name" dir="auto">{name}</span>
        {kind === "step" && <span className="jd-sentence" dir="auto">{face.sentence}</span>}
        <span className="jd-chips">
          {face.isStray && kind === "step" && <Chip icons={icons} look="warning" icon="alert" says={word("No way leads here")} />}
          <Found icons={icons} errors={errors} warnings={face.warnings} />
          {face.standing && <Chip icons={icons} look="info" icon="users" says={word("%(count)s here", { count: face.standing })} />}
        </span>
      </span>
    </button>
  );
}

function Found({ icons, errors, warnings }: { icons: string; errors: number; warnings: number }) {
  return (
    <>
      {errors > 0 && <Chip icons={icons} look="danger" icon="error" says={errors === 1 ? word("One problem") : word("%(count)s problems", { count: errors })} />}
      {warnings > 0 && <Chip icons={icons} look="warning" icon="alert" says={word("Warning")} />}
    </>
  );
}

function Chip({ icons, look, icon, says }: { icons: string; look: string; icon: string; says: string }) {
  return (
    <span className={`chip chip--${look}`}>
      <Drawn name={icon} icons={icons} />
      {says}
    </span>
  );
}

/** By which way one comes here, and how many came lately. */
function PortLabel({ words, left }: { words: string; left: string }) {
  if (!words && !left) return null;
  return (
    <span className="jd-port">
      {words}
      {left && <span className="jd-left" title={word("In the last 30 days")}> {word("%(count)s went on", { count: left })}</span>}
    </span>
  );
}

/** One line: the way that leads to it, and its button. Drawn again only when its face differs, wherever it then stands. */
export const Line = memo(function Line({ face }: { face: Face }) {
  return (
    <>
      <PortLabel words={face.words} left={face.left} />
      <Button face={face} />
    </>
  );
});

/** The line above the first step: who comes in. */
export function Entry() {
  const { given, judgement, opened, open, problemsOf } = useDesigner();
  const found = problemsOf(HEAD);
  const errors = found.filter((problem) => problem.severity === "error").length;
  return (
    <button type="button" className={`jd-face jd-entry${errors > 0 ? " jd-face--wrong" : ""}`} data-entry aria-pressed={opened === HEAD} disabled={!given.mayChange} onClick={() => open(HEAD)}>
      <span className="jd-mark"><Icon name="users" /></span>
      <span className="jd-words">
        <span className="jd-name">{word("Who comes in")}</span>
        <span className="jd-sentence">{judgement.entry}</span>
        <span className="jd-chips"><Found icons={given.icons} errors={errors} warnings={found.length - errors} /></span>
      </span>
    </button>
  );
}

/** The faces of all lines as the designer stands now; a face that is as before is the very same. */
export function useFaces(proof: ReadonlySet<string>): readonly Face[] {
  const shared = useDesigner();
  const before = useRef<readonly Face[]>([]);
  const seen = { ...shared, proof };
  return (before.current = steady(before.current, shared.rows.map((row) => faceOf(seen, row, saysOf(shared, row)))));
}

function saysOf({ nameOf }: Shared, row: Row): string {
  return row.kind === "jump" ? word("Goes on at: %(name)s", { name: nameOf(row.id) }) : word("Add a step");
}
