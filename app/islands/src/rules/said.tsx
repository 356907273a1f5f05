// What the rule says and whom it means: the sentence, the count, a few patients when the reader asks for them.

import { useEffect, useState } from "react";
import { ask, Refused } from "./asking";
import type { Shown } from "./asking";
import { Button, Icon } from "./controls";
import { useBuilder } from "./context";
import { about } from "./judging";
import type { Settings, Standing } from "./judging";
import type { Json } from "./json";
import { announce, figure, word } from "./words";

interface SaidProps {
  settings: Settings;
  token: string;
  standing: Standing;
}

export function Said({ settings, token, standing }: SaidProps) {
  const { rule } = useBuilder();
  const says = standing.sentence || <span className="muted">{word("The sentence appears when the rule is complete.")}</span>;
  if (!settings.aside) return <p className="rb-sentence rb-sentence--beside" aria-live="polite" aria-atomic="true">{says}</p>;
  return (
    <div className="stack rb-said">
      <section className="panel" aria-label={word("In words")}>
        <div className="panel-head"><h2>{word("In words")}</h2></div>
        <p className="rb-sentence" aria-live="polite" aria-atomic="true">{says}</p>
      </section>
      {settings.counts && <Count standing={standing} />}
      {settings.samples && standing.sentence && <Sample key={JSON.stringify(rule)} settings={settings} token={token} rule={rule} />}
    </div>
  );
}

function Count({ standing }: { standing: Standing }) {
  const { counted, counting, sentence } = standing;
  const seconds = counted ? Math.max(0.1, Math.round(counted.milliseconds / 100) / 10) : 0;
  return (
    <section className="panel figure rb-count" aria-label={word("How many")} aria-busy={counting === "running"}>
      <span className="figure-label">{word("Patients today, in your branches")}</span>
      <span className="figure-value" role="status">{counted ? figure(counted.total) : "–"}</span>
      <span className="muted small">
        {counting === "running" && word("Counting …")}
        {counting === "failed" && word("They could not be counted now.")}
        {counting === "idle" && counted && word("Counted in %(seconds)s s", { seconds: figure(seconds) })}
        {counting === "idle" && !counted && !sentence && word("They are counted when the rule is complete.")}
      </span>
    </section>
  );
}

/** A few patients by name: only when asked, because every look is kept in the audit. */
function Sample({ settings, token, rule }: { settings: Settings; token: string; rule: Json }) {
  const [shown, setShown] = useState<Shown["patients"]>();
  const [says, setSays] = useState("");
  const show = async () => {
    try {
      const found = await ask<Shown>(settings.addresses.sample, token, about(settings, rule));
      setShown(found.patients);
      setSays(found.patients.length === 0 ? word("Nobody fits the rule today.") : "");
    } catch (error) {
      setSays(error instanceof Refused ? (error.problems[0]?.says ?? "") : word("They could not be shown now."));
    }
  };
  useEffect(() => {
    if (says) announce(says);
  }, [says]);
  return (
    <section className="panel" aria-label={word("For example")}>
      <div className="panel-head"><h2>{word("For example")}</h2></div>
      {shown && shown.length > 0 ? (
        <ul className="stack stack--tight">
          {shown.map((patient) => (
            <li key={patient.address}><a href={patient.address}>{patient.name || word("No name recorded")}</a></li>
          ))}
        </ul>
      ) : (
        <Button icon="users" label="" onPress={() => void show()}>{word("Show a few of them")}</Button>
      )}
      {says && <p className="muted small">{says}</p>}
    </section>
  );
}

interface SummaryProps {
  standing: Standing;
  shown: Standing["problems"];
  onGo: (where: string) => void;
}

/** Everything that is wrong, first on the page, each with a link to its place. */
export function Summary({ standing, shown, onGo }: SummaryProps) {
  const errors = shown.filter((problem) => problem.severity === "error");
  return (
    <div role="status" className="rb-summary">
      {standing.says && <div className="notice notice--warning"><Icon name="alert" /><div>{standing.says}</div></div>}
      {errors.length > 0 && (
        <div className="rb-problems">
          <p className="strong">{errors.length === 1 ? word("One thing to mend") : word("%(count)s things to mend", { count: errors.length })}</p>
          <ul>
            {errors.map((problem) => (
              <li key={problem.where + problem.says}>
                <a href={`#at-${problem.where}`} onClick={(event) => { event.preventDefault(); onGo(problem.where); }}>{problem.says}</a>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
