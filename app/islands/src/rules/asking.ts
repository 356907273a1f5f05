// Asks the server. Every question is a POST with the form's token, so that no rule stands in an address or a log.

import type { Json, Mapping } from "./json";

export interface Problem {
  where: string;
  says: string;
  severity: string;
  line?: number;
}

export interface Judgement {
  problems: Problem[];
  sentence: string;
}

export interface Counted {
  total: number;
  conditions: { where: string; count: number }[];
  milliseconds: number;
}

export interface Shown {
  patients: { name: string; address: string }[];
}

export interface Read {
  rule?: Json;
  problems: Problem[];
}

/** The server took the question and says what is wrong with it. */
export class Refused extends Error {
  problems: Problem[];

  constructor(problems: Problem[]) {
    super("refused");
    this.problems = problems;
  }
}

/** The server did not answer, or not with what was asked for. */
export class Unanswered extends Error {}

export async function ask<Answer>(address: string, token: string, question: Mapping, signal?: AbortSignal): Promise<Answer> {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Waymark-Partial": "yes" },
    body: JSON.stringify(question),
    signal: signal ?? null,
    redirect: "error",
  }).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === "AbortError" ? error : new Unanswered();
  });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (!isJson) throw new Unanswered();
  const found = (await answer.json()) as Answer & { problems?: Problem[] };
  if (answer.status === 422 || answer.status === 413) throw new Refused(found.problems ?? []);
  // what somebody else changed meanwhile comes with an answer of its own
  if (!answer.ok && answer.status !== 409) throw new Unanswered();
  return found;
}

/** Runs one question at a time. While one runs only the newest of those that come is kept; an older answer is dropped. */
export class OneAtATime<Question, Answer> {
  private waiting: { question: Question } | undefined;
  private isRunning = false;
  private turn = 0;

  constructor(
    private readonly run: (question: Question) => Promise<Answer>,
    private readonly told: (outcome: { answer: Answer } | { error: unknown }) => void,
  ) {}

  /** Ask now, or as soon as the running question is answered. */
  next(question: Question): void {
    this.turn += 1;
    this.waiting = { question };
    if (!this.isRunning) void this.work();
  }

  /** Drop what waits and whatever is still answered. */
  forget(): void {
    this.turn += 1;
    this.waiting = undefined;
  }

  private async work(): Promise<void> {
    this.isRunning = true;
    while (this.waiting) {
      const { question } = this.waiting;
      const turn = this.turn;
      this.waiting = undefined;
      const outcome = await this.run(question).then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
      if (turn === this.turn) this.told(outcome);
    }
    this.isRunning = false;
  }
}
