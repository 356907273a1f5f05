// What is wrong with the journey, each thing with a way to its step; and what two people changed at once.

import { word } from "../rules/words";
import { useDesigner } from "./context";
import { Icon } from "./lines";
import type { Saving } from "./saving";
import { HEAD, saidAt } from "./settings";
import type { Problem } from "./settings";

interface ProblemsProps {
  isLost: boolean;
  proven: Problem | undefined;
  onProve: (problem: Problem | undefined) => void;
}

export function Problems({ isLost, proven, onProve }: ProblemsProps) {
  const { judgement, nameOf, open, go } = useDesigner();
  const { problems } = judgement;
  const errors = problems.filter((problem) => problem.severity === "error").length;
  if (isLost) return <p className="notice notice--warning" role="status">{word("The server did not answer. Your journey is kept here; it is checked again with your next change.")}</p>;
  if (problems.length === 0) return <p className="muted small" role="status">{word("No problems")}</p>;
  const says = errors === 1 ? word("One problem bars publishing") : word("%(count)s problems bar publishing", { count: errors });
  return (
    <details className={errors > 0 ? "fold jd-problems jd-problems--bar" : "fold jd-problems"}>
      <summary>
        <Icon name={errors > 0 ? "error" : "alert"} /> <span role="status">{errors > 0 ? says : word("Only warnings")}</span>
      </summary>
      <ul>
        {problems.map((problem) => (
          <li key={problem.where + problem.says}>
            <button
              type="button"
              className="rb-link"
              onClick={() => {
                onProve(problem.proof.length > 0 ? problem : undefined);
                if (problem.step) go(problem.step, false);
                open(problem.step || HEAD);
              }}
            >
              {saidAt(problem.says, problem.step && nameOf(problem.step), problem.part)}
            </button>
            {problem.proof.length > 0 && <span className={problem === proven ? "jd-proof" : "muted small"}>{problem.proof.map(nameOf).join(" → ")}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Conflicts({ saving }: { saving: Saving }) {
  const { conflicts, by, takeTheirs } = saving;
  if (conflicts.length === 0) return null;
  return (
    <section className="panel jd-conflicts" role="alert" aria-labelledby="jd-conflicts-title">
      <h2 id="jd-conflicts-title">{word("%(who)s changed the same while you worked", { who: by || word("Somebody") })}</h2>
      <p>{word("Nothing was saved; what you wrote is still here. Saving again keeps your side of what is listed.")}</p>
      <ul>
        {conflicts.map((conflict) => (
          <li key={conflict.where} className="row">
            <span className="strong">{conflict.name}</span>
            <button type="button" className="button button--small" onClick={() => takeTheirs(conflict)}>{word("Take theirs")}<span className="unseen">: {conflict.name}</span></button>
          </li>
        ))}
      </ul>
    </section>
  );
}
