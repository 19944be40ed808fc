import type { Sample } from './probe.ts'
import type { Question } from './question.ts'
import { MINUTE } from './time.ts'

/** What an agent is to ask; `lease` is its right to answer. Times are epoch milliseconds by the clock of the service. */
export type AgentQuestion = {
  id: string
  lease: number
  due_at: number
  timeout_ms: number
  question: Question
}

export type AgentRound = {
  region: string
  now: number
  ask_again_ms: number
  canaries: string[]
  questions: AgentQuestion[]
}

export type AgentAnswer = { id: string; lease: number; asked_at: number; sample: Sample }

/** What well-known addresses said when they were asked at `asked_at`. */
export type AgentHearing = { asked_at: number; canaries: { host: string; sample: Sample }[] }

export type AgentReport = { answers: AgentAnswer[]; hearing?: AgentHearing | undefined }

/** Why an answer tells nothing. */
export const ignoredReasons = ['late', 'future', 'superseded', 'unknown'] as const
export type IgnoredReason = (typeof ignoredReasons)[number]

/** An older answer is history that nobody can act on. */
export const LATEST_ANSWER = 5 * MINUTE
const SKEW = MINUTE

/** When an answer is believed to be of; or why it is not. A clock that is a little ahead means now. */
export function momentOf(askedAt: number, now: number): number | IgnoredReason {
  if (askedAt > now + SKEW) return 'future'
  if (askedAt < now - LATEST_ANSWER) return 'late'
  return Math.min(askedAt, now)
}
