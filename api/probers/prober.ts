import type { FieldError } from '../domain/error.ts'
import type { Sample } from '../domain/probe.ts'
import type { Question, QuestionOf } from '../domain/question.ts'
import type { Report } from '../domain/report.ts'
import type { ProbeKind } from '../domain/words.ts'

export type { Question, Sample }

/** What a probe that is told knows when it is looked at. */
export type Told = {
  report: Report
  at: number
  /** When it was last looked at with a result; what came until then has been judged. */
  lastCheckedAt: number | null
}

/** A question with what is needed to answer it. */
export type Asked<K extends ProbeKind = ProbeKind> = QuestionOf<K> & {
  timeout_ms: number
} & (K extends 'heartbeat' | 'metric' ? { told: Told } : unknown)

/** One way of asking. */
export type Prober<K extends ProbeKind = ProbeKind> = {
  kind: K
  /** Never throws; ends within `timeout_ms`. */
  ask(asked: Asked<K>): Promise<Sample>
  /** What makes a question impossible to ask on this machine, field by field. */
  complaintsAbout?(question: QuestionOf<K>): FieldError[]
}

export type Probers = { [K in ProbeKind]: Prober<K> }

/** Stands in where a runtime has no such way of asking. */
export function cannotAsk<K extends ProbeKind>(kind: K, reason: string): Prober<K> {
  return {
    kind,
    ask: () => Promise.resolve({ outcome: 'refused', latency_ms: null, status: null, reason }),
    complaintsAbout: () => [{ path: 'kind', message: reason }],
  }
}
