import type { Clock } from '../deps.ts'
import type { AgentReport, AgentRound } from '../domain/agent.ts'
import { DomainError } from '../domain/error.ts'
import { SECOND } from '../domain/time.ts'
import type { AgentParts } from './agent.ts'

/** The way to the service; its clock is the service's. */
export type Line = Clock & {
  /** Null while the service is away, after a pause. */
  questions(): Promise<AgentRound | null>
  /** False while the service is away, after a pause; what it refuses for good counts as reported. */
  report(report: AgentReport): Promise<boolean>
}

const PATIENCE = 10 * SECOND
const FIRST_PAUSE = SECOND
const LONGEST_PAUSE = 30 * SECOND

/** What no repetition makes better: the key, what it may do, or its name. */
const hopeless = new Set([401, 403, 404, 409])

export function openLine(
  { url, key, fetch: call, clock, random, log }: AgentParts,
  stopping: AbortSignal,
): Line {
  let offset = 0
  let failures = 0

  async function send(path: string, init: RequestInit = {}): Promise<Response | null> {
    try {
      const answer = await call(url + path, {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(PATIENCE),
      })
      if (hopeless.has(answer.status)) throw await refusal(answer)
      if (answer.status < 500 && answer.status !== 429) return back(answer)
      await answer.body?.cancel()
      return await away(`it answers ${answer.status}`, Number(answer.headers.get('retry-after')))
    } catch (error) {
      if (error instanceof DomainError) throw error
      return away(sentence(error))
    }
  }

  function back(answer: Response): Response {
    if (failures > 0) log.info('the service is back')
    failures = 0
    return answer
  }

  /** Later and later, and never all agents at the same moment. */
  async function away(reason: string, retryAfter = 0): Promise<null> {
    if (failures++ === 0) log.warn('the service is away; asking again until it is back', { reason })
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures - 1, 10))
    const jittered = pause * (0.5 + random() / 2)
    await clock.sleep(Math.max(jittered, retryAfter * SECOND), stopping)
    return null
  }

  async function refusal(answer: Response): Promise<DomainError> {
    const problem = (await answer.json().catch(() => null)) as { detail?: string } | null
    const detail = problem?.detail ?? `it answers ${answer.status}; is ALLCLEAR_URL its address?`
    return new DomainError('invalid', `${url} refuses this agent: ${detail}`)
  }

  const now = () => clock.now() + offset
  return {
    now,
    sleep: clock.sleep,
    async questions() {
      const before = clock.now()
      const answer = await send('/api/agent/questions')
      if (!answer) return null
      const round = (await answer.json().catch(() => null)) as AgentRound | null
      if (!answer.ok || !round) return away(`it answers ${answer.status} without questions`)
      // Its clock was read while the answer was on its way.
      offset = round.now - (before + clock.now()) / 2
      return round
    },
    async report(report) {
      const answer = await send('/api/agent/answers', {
        method: 'POST',
        body: JSON.stringify(report),
      })
      if (!answer) return false
      if (!answer.ok) log.error('the service cannot read this', { problem: await answer.text() })
      else await answer.body?.cancel()
      return true
    },
  }
}

/** Why a request found nobody, as a person would say it. */
function sentence(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message ? `${message}: ${cause.message}` : message
}
