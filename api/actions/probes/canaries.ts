import type { Deps } from '../../deps.ts'
import { hostOf, questionOf } from '../../domain/question.ts'
import type { Asked, Sample } from '../../probers/prober.ts'
import { SECOND } from '../../domain/time.ts'

/** Has canaries asked from where a probe was asked; null where nobody can. */
export type Hear = (urls: string[]) => Promise<Hearing | null>

/** What canaries said when they were asked at `at`. */
export type Hearing = { at: number; canaries: { host: string; sample: Sample }[] }

const ASKED_EVERY = 10 * SECOND
const PATIENCE = 5 * SECOND

type Asking = Pick<Deps, 'clock' | 'probers'>

const hearings = new WeakMap<Asking, { at: number; hearing: Promise<Hearing> }>()

/** Asks all canaries at once, but never more often than every ten seconds, however many targets fall silent. */
export function hearCanaries(deps: Asking, urls: string[]): Promise<Hearing> {
  const at = deps.clock.now()
  const last = hearings.get(deps)
  if (last && Math.abs(at - last.at) < ASKED_EVERY) return last.hearing
  const hearing = askAll(deps, urls, at)
  hearings.set(deps, { at, hearing })
  return hearing
}

async function askAll(deps: Asking, urls: string[], at: number): Promise<Hearing> {
  const canaries = await Promise.all(
    urls.map(async (url) => {
      const { question } = questionOf('http', { url })
      const asked = { ...question, timeout_ms: PATIENCE } as Asked<'http'>
      return { host: hostOf(question)!, sample: await deps.probers.http.ask(asked) }
    }),
  )
  return { at, canaries }
}
