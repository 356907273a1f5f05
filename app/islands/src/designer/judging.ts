// What the server says of the draft, soon after each change, one question at a time; and how many patients stand where.

import { useEffect, useRef, useState } from "react";
import { ask, OneAtATime } from "../rules/asking";
import type { Mapping } from "../rules/json";
import type { Draft } from "./draft";
import type { Counts, Given, Judgement } from "./settings";

const JUDGE_AFTER = 200;
const COUNT_EVERY = 30_000;

export interface Standing {
  judgement: Judgement;
  /** The draft that was judged last. */
  judged: Draft;
  /** The server did not answer the last time. */
  isLost: boolean;
}

export function useJudgement(given: Given, token: string, draft: Draft): Standing {
  const [standing, setStanding] = useState<Standing>({ judgement: given.judgement, judged: draft, isLost: false });
  const asking = useRef<OneAtATime<Draft, Standing>>(null);
  asking.current ??= new OneAtATime<Draft, Standing>(
    async (asked) => {
      const judgement = await ask<Judgement>(given.addresses.judge, token, { content: asked, journey: given.slug } as Mapping);
      return { judgement, judged: asked, isLost: false };
    },
    (outcome) => setStanding((before) => ("answer" in outcome ? outcome.answer : { ...before, isLost: true })),
  );
  useEffect(() => {
    if (standing.judged === draft) return undefined;
    const timer = setTimeout(() => asking.current?.next(draft), JUDGE_AFTER);
    return () => clearTimeout(timer);
  }, [draft]);
  return standing;
}

const NOBODY: Counts = { here: {}, left: {} };

export function useCounts(given: Given, token: string): Counts {
  const [counts, setCounts] = useState(NOBODY);
  useEffect(() => {
    const going = new AbortController();
    const count = async () => {
      if (document.hidden) return;
      const found = await ask<Counts>(given.addresses.counts, token, {}, going.signal).catch(() => undefined);
      if (found) setCounts((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found));
    };
    void count();
    const timer = setInterval(() => void count(), COUNT_EVERY);
    return () => {
      going.abort();
      clearInterval(timer);
    };
  }, [given, token]);
  return counts;
}
