import type { Clock } from '../deps.ts'
import { LATEST_ANSWER, type AgentAnswer, type AgentQuestion } from '../domain/agent.ts'
import { isAnswered } from '../domain/probe.ts'
import type { Log } from '../log.ts'
import { hearCanaries } from '../actions/probes/canaries.ts'
import type { Asked, Prober, Probers } from '../probers/prober.ts'
import { openLine, type Line } from './agent-line.ts'

export type AgentParts = {
  url: string
  key: string
  fetch: typeof fetch
  probers: Probers
  /** Never set back or ahead: the time of day is the service's. */
  clock: Clock
  random(): number
  log: Log
}

export type Agent = {
  /** Begins nothing new, and ends once what is under way is reported. */
  stop(): Promise<void>
  /** Ends with the agent; fails where it can never report. */
  ended: Promise<void>
}

const AT_ONCE = 50
const REPORTED_EVERY = 250
const MOST_REPORTED = 200
/** What is kept while the service is away; newer ones push out the oldest. */
const MOST_KEPT = 5000

/** Asks what the service wants to be asked from here, and reports what it hears. */
export function startAgent(parts: AgentParts): Agent {
  const { clock, probers, log } = parts
  const stopping = new AbortController()
  const stopped = () => stopping.signal.aborted
  const line: Line = openLine(parts, stopping.signal)
  const answers: AgentAnswer[] = []
  const rounds = new Set<Promise<void>>()
  const ears = { clock: line, probers }
  let isAsking = true
  const hasMore = () => isAsking || answers.length > 0
  let canaries: string[] = []

  async function keepAsking(): Promise<void> {
    try {
      while (!stopped()) await askRound()
      await Promise.all(rounds)
    } finally {
      isAsking = false
    }
  }

  async function askRound(): Promise<void> {
    const round = await line.questions()
    if (!round) return
    canaries = round.canaries
    const asking: Promise<void> = askAll(round.questions).finally(() => rounds.delete(asking))
    rounds.add(asking)
    await clock.sleep(round.ask_again_ms, stopping.signal)
  }

  async function askAll(questions: AgentQuestion[]): Promise<void> {
    const queue = [...questions]
    const askInTurn = async () => {
      for (let next = queue.shift(); next && !stopped(); next = queue.shift()) await ask(next)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  }

  async function ask({ id, lease, due_at, timeout_ms, question }: AgentQuestion): Promise<void> {
    await clock.sleep(due_at - line.now(), stopping.signal)
    if (stopped()) return
    const asked_at = Math.round(line.now())
    const prober = probers[question.kind] as Prober
    const sample = await prober.ask({ ...question, timeout_ms } as Asked)
    answers.push({ id, lease, asked_at, sample })
    if (answers.length > MOST_KEPT) answers.shift()
  }

  async function keepReporting(): Promise<void> {
    while (hasMore()) {
      await clock.sleep(REPORTED_EVERY)
      const oldest = line.now() - LATEST_ANSWER
      const batch = answers.splice(0, MOST_REPORTED).filter(({ asked_at }) => asked_at > oldest)
      if (batch.length === 0) continue
      if (await line.report({ answers: batch, hearing: await hearing(batch) })) continue
      answers.unshift(...batch)
      if (!isAsking) return log.warn('ended before all was reported', { lost: answers.length })
    }
  }

  /** A silence is told with what the canaries say, so that the service can tell whose it is. */
  async function hearing(batch: AgentAnswer[]) {
    const isSilent = batch.some(({ sample }) => sample.outcome === 'failed' && !isAnswered(sample))
    if (!isSilent || canaries.length === 0) return undefined
    const { at, canaries: heard } = await hearCanaries(ears, canaries)
    return { asked_at: Math.round(at), canaries: heard }
  }

  const ended = Promise.all([keepAsking(), keepReporting()]).then(() => undefined)
  return {
    ended,
    async stop() {
      stopping.abort()
      await ended.catch(() => undefined)
    },
  }
}
