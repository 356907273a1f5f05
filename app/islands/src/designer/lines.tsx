// One line of the walk: a step, a reference to a step elsewhere, a way that leads nowhere yet. Outline and Canvas draw the
// same lines; only where they stand differs.

import { memo } from "react";
import { word } from "../rules/words";
import { useDesigner } from "./context";
import type { Shared } from "./context";
import { stepsOf } from "./draft";
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

interface FaceProps {
  row: Row;
  icons: string;
  icon: string;
  name: string;
  sentence: string;
  isHere: boolean;
  isOpened: boolean;
  isMatch: boolean;
  isProof: boolean;
  errors: number;
  warnings: number;
  standing: string;
  isOff: boolean;
}

const Face = memo(function Face(props: FaceProps) {
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

/** The button of a line. */
export function Line({ row, proof }: { row: Row; proof: ReadonlySet<string> }) {
  const shared = useDesigner();
  const { given, here, opened } = shared;
  const problems = row.kind === "step" ? shared.problemsOf(row.id) : [];
  return (
    <Face
      row={row}
      icons={given.icons}
      icon={iconOf(shared, row)}
      name={saysOf(shared, row)}
      sentence={shared.judgement.steps[row.id]?.sentence ?? ""}
      isHere={here === row.key}
      isOpened={row.kind === "step" && opened === row.id}
      isMatch={shared.matches.has(row.key)}
      isProof={row.kind === "step" && proof.has(row.id)}
      errors={problems.filter((problem) => problem.severity === "error").length}
      warnings={problems.filter((problem) => problem.severity !== "error").length}
      standing={row.kind === "step" ? (shared.counts.here[row.id] ?? "") : ""}
      isOff={!given.mayChange}
    />
  );
}

/** By which way one comes here, and how many came lately. */
export function PortLabel({ row }: { row: Row }) {
  const { counts } = useDesigner();
  const left = counts.left[`${row.from} ${row.port}`];
  if (!row.words && !left) return null;
  return (
    <span className="jd-port">
      {row.words}
      {left && <span className="jd-left" title={word("In the last 30 days")}> {word("%(count)s went on", { count: left })}</span>}
    </span>
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

function iconOf({ given, draft }: Shared, row: Row): string {
  if (row.kind === "open") return "plus";
  if (row.kind === "jump") return "arrow-right";
  return given.types.find((type) => type.type === stepsOf(draft)[row.id]?.type)?.icon ?? "activity";
}

function saysOf({ nameOf }: Shared, row: Row): string {
  if (row.kind === "step") return nameOf(row.id);
  if (row.kind === "jump") return word("Goes on at: %(name)s", { name: nameOf(row.id) });
  return word("Add a step");
}
