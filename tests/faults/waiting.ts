import { eventually, type Service } from '../support/service.ts'
import type { Lab } from './lab.ts'
import type { Kind } from './post.ts'

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export type Progress = {
  id: string
  total: number
  told: number
  done: boolean
  states: Record<string, number>
}

/** What the API says of all announcements of an incident, the newest first; null while it says nothing. */
export async function progressOf(service: Service, incident: string): Promise<Progress[] | null> {
  const answer = await service
    .api(`/api/admin/announcements?incident_id=${incident}`)
    .catch(() => null)
  if (answer?.status !== 200) return null
  return ((await answer.json()) as { announcements: Progress[] }).announcements
}

/** Until there is nothing more to do for an incident. */
export async function untilTold(
  service: Service,
  incident: string,
  seconds = 120,
): Promise<Progress[]> {
  let last: Progress[] | null = null
  return eventually(
    'everybody is told',
    async () => {
      last = await progressOf(service, incident)
      return last && last.length > 0 && last.every(({ done }) => done) && last
    },
    seconds,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${JSON.stringify(last)}\n${service.output().slice(-3000)}`)
  })
}

/**
 * Who is still to be told, which announcements are still to be handed to their audience, and what is still to be asked again
 * though a late answer has said of everybody in it what came of them.
 */
export async function left(lab: Lab): Promise<number> {
  const [row] = await lab.look<{ left: number }>(
    `SELECT (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'held'))
      + (SELECT count(*) FROM announcements WHERE expanded_at IS NULL)
      + (SELECT count(*) FROM batches WHERE state = 'open') AS left`,
  )
  return Number(row!.left)
}

/** Changes whenever somebody is asked to tell, or told. */
async function newsOf({ office, endpoints, relay, look }: Lab): Promise<string> {
  const states = await look('SELECT state, count(*) FROM deliveries GROUP BY state')
  const asked = [office.begun('mail'), office.begun('text'), endpoints.begun()]
  return JSON.stringify([states, asked, relay?.arrived.length])
}

type Moving = {
  /** How far the time is moved at each step, in its milliseconds. */
  step?: number
  until?: () => Promise<boolean>
  seconds?: number
}

/** Real milliseconds without any news after which nobody is busy any more. */
const QUIET = 1_000

/** Moves the time on, step by step, until nothing is left: leases end, pauses end, and what may have been sent is looked for. */
export async function moveOn(
  lab: Lab,
  { step = 20_000, until = async () => (await left(lab)) === 0, seconds = 120 }: Moving = {},
): Promise<void> {
  let seen = ''
  let since = performance.now()
  await eventually(
    `it comes about when time goes by: ${until}`,
    async () => {
      if (await until()) return true
      const news = await newsOf(lab)
      if (news !== seen) since = performance.now()
      seen = news
      // Whoever is at work must not find the lease over that it holds.
      if (performance.now() - since >= QUIET) await lab.jump(step)
      await pause(200)
      return false
    },
    seconds,
  ).catch(async (error: Error) => {
    const states = await lab.look(
      'SELECT channel, state, code, count(*) AS n FROM deliveries GROUP BY 1, 2, 3',
    )
    const printed = lab.services.map((service) => service.output().slice(-2000)).join('\n')
    throw new Error(`${error.message}\n${JSON.stringify(states)}\n${printed}`)
  })
}

/** Until all lanes wait for an answer, and the rest waits for them. */
export async function untilFull(lab: Lab): Promise<void> {
  const seen = { mail: 0, text: 0 }
  let since = performance.now()
  await eventually('all lanes are under way', async () => {
    for (const kind of ['mail', 'text'] as Kind[]) {
      if (lab.office.begun(kind) === seen[kind]) continue
      seen[kind] = lab.office.begun(kind)
      since = performance.now()
    }
    return seen.mail > 0 && seen.text > 0 && performance.now() - since > 1_500
  })
}
