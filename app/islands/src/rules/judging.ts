// What the server says of the rule as it stands: problems and sentence soon after typing, the count after a longer pause.

import { useEffect, useRef, useState } from "react";
import { ask, OneAtATime, Refused } from "./asking";
import type { Counted, Judgement, Problem } from "./asking";
import type { Json, Mapping } from "./json";
import { word } from "./words";

const CHECK_AFTER = 250;
const COUNT_AFTER = 400;

export interface Settings {
  name: string;
  where: string;
  slug: string;
  focus: string;
  record: string;
  counts: boolean;
  samples: boolean;
  aside: string;
  icons: string;
  addresses: Record<"schema" | "check" | "count" | "sample" | "read" | "write", string>;
}

export type Counting = "idle" | "running" | "failed";

export interface Standing {
  problems: Problem[];
  sentence: string;
  counted: Counted | undefined;
  counting: Counting;
  isChecked: boolean;
  says: string;
}

const NOTHING: Standing = { problems: [], sentence: "", counted: undefined, counting: "idle", isChecked: false, says: "" };

/** What goes along with every question about a rule. */
export function about(settings: Settings, rule: Json): Mapping {
  return { rule, focus: settings.focus, record: settings.record, slug: settings.slug };
}

export function useStanding(settings: Settings, token: string, rule: Json): Standing {
  const [standing, setStanding] = useState<Standing>(NOTHING);
  const counter = useRef<OneAtATime<Json, Counted>>(null);
  counter.current ??= new OneAtATime<Json, Counted>(
    (asked) => ask<Counted>(settings.addresses.count, token, about(settings, asked)),
    (outcome) => setStanding((before) => ({ ...before, ...countedOf(outcome) })),
  );

  useEffect(() => {
    const going = new AbortController();
    const check = setTimeout(async () => {
      const found = await judged(settings, token, rule, going.signal);
      if (going.signal.aborted || !found) return;
      setStanding((before) => ({ ...before, ...found, isChecked: true, says: found.says ?? "" }));
      if (!settings.counts || found.problems === undefined) return;
      if (found.problems.some((problem) => problem.severity === "error")) {
        setStanding((before) => ({ ...before, counted: undefined, counting: "idle" }));
      } else {
        later = setTimeout(() => {
          setStanding((before) => ({ ...before, counting: "running" }));
          counter.current?.next(rule);
        }, COUNT_AFTER);
      }
    }, CHECK_AFTER);
    let later: ReturnType<typeof setTimeout> | undefined;
    return () => {
      going.abort();
      clearTimeout(check);
      clearTimeout(later);
      counter.current?.forget();
    };
  }, [settings, token, rule]);
  return standing;
}

async function judged(
  settings: Settings,
  token: string,
  rule: Json,
  signal: AbortSignal,
): Promise<Partial<Standing> | undefined> {
  try {
    return await ask<Judgement>(settings.addresses.check, token, about(settings, rule), signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof Refused) return { problems: error.problems, sentence: "" };
    return { says: word("The server did not answer. Your rule is kept here; it is checked again with your next change.") };
  }
}

/** What a count says; a rule that takes too long says so at its place, and nothing of it is lost. */
function countedOf(outcome: { answer: Counted } | { error: unknown }): Partial<Standing> {
  if ("answer" in outcome) return { counted: outcome.answer, counting: "idle" };
  if (outcome.error instanceof Refused) return { counted: undefined, counting: "idle", problems: outcome.error.problems };
  return { counted: undefined, counting: "failed" };
}
