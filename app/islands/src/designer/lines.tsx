// One line of the walk: a step, a reference to a step elsewhere, a way that leads nowhere yet. Outline and Canvas draw the
// same lines; only where they stand differs.

import { memo } from "react";
import { word } from "../rules/words";
import { useDesigner } from "./context";
import type { Shared } from "./context";
import { faceOf } from "./faces";
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
const Button = memo(function Button(props: Face) {
  const { row, icons, name, isHere, isOpened, errors } = props;
  const looks = ["jd-face", `jd-face--${row.kind}`];
  if (errors > 0) looks.push("jd-face--wrong");
  if (isOpened) looks.push("jd-face--opened");
  if (props.isMatch) looks.push("jd-face--match");
  if (props.isProof) looks.push("jd-face--proof");
  return (
    <button type="button" className={looks.join(" ")} data-key={row.key} tabIndex={isHere ? 0 : -1} aria-pressed={row.kind === "step" ? isOpened : undefined} disabled={row.kind === "open" && props.isOff}>
      <span className="jd-mark"><Drawn name={props.icon} icons={icons} /></span>
      <span className="jd-words">
        <span className="jd-name">{name}</span>
        {row.kind === "step" && <span className="jd-sentence">{props.sentence}</span>}
        <span className="jd-chips">
          {row.isStray && row.kind === "step" && <Chip icons={icons} look="warning" icon="alert" says={word("No way leads here")} />}
          <Found icons={icons} errors={errors} warnings={props.warnings} />
          {props.standing && <Chip icons={icons} look="info" icon="users" says={word("%(count)s here", { count: props.standing })} />}
        </span>
      </span>
    </button>
  );
});

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
const PortLabel = memo(function PortLabel({ words, left }: { words: string; left: string }) {
  if (!words && !left) return null;
  return (
    <span className="jd-port">
      {words}
      {left && <span className="jd-left" title={word("In the last 30 days")}> {word("%(count)s went on", { count: left })}</span>}
    </span>
  );
});

/** One line: the way that leads to it, and its button. It asks nobody, so it is drawn again only when its face differs. */
export function Line(face: Face) {
  return (
    <>
      <PortLabel words={face.row.words} left={face.left} />
      <Button {...face} />
    </>
  );
}

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

/** The faces of all lines as the designer stands now. */
export function useFaces(proof: ReadonlySet<string>): Face[] {
  const shared = useDesigner();
  const seen = { ...shared, proof };
  return shared.rows.map((row) => faceOf(seen, row, saysOf(shared, row)));
}

function saysOf({ nameOf }: Shared, row: Row): string {
  return row.kind === "jump" ? word("Goes on at: %(name)s", { name: nameOf(row.id) }) : word("Add a step");
}
