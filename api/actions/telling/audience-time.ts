import type { Deps } from '../../deps.ts'
import { natures } from '../../domain/announcement.ts'
import { segmentsOfDraft } from '../../domain/letters/sms-size.ts'
import { timeFor } from '../../domain/pace.ts'
import { formatTime } from '../../domain/time.ts'
import { channels, type Channel } from '../../domain/words.ts'
import { findEither } from '../incidents/timeline.ts'
import { thePage } from '../page.ts'
import { audienceOfDraft, type Counts, type Draft } from './audience.ts'
import { trafficOf } from './pace.ts'

/** With its words as far as they are written: how long an SMS is decides how long all of them take. */
type WordedDraft = Draft & { name: string; body: string }

type Timed = Counts & { remaining_ms: number | null }

/** Who would be told if this were published now, and how long it would take, all that waits before them included. */
export async function timedAudienceOf(
  deps: Deps,
  draft: WordedDraft,
): Promise<Partial<Record<Channel, Timed>>> {
  const [audience, { pace, ahead }] = await Promise.all([
    audienceOfDraft(deps, draft),
    trafficOf(deps),
  ])
  const segments = audience.sms ? await segmentsOf(deps, draft) : 1
  const { priority } = natures[draft.kind]
  const timed: Partial<Record<Channel, Timed>> = {}
  for (const channel of channels) {
    const counts = audience[channel]
    if (!counts) continue
    const own = counts.at_once * (channel === 'sms' ? segments : 1)
    const amount = own === 0 ? 0 : own + ahead(channel, priority)
    timed[channel] = { ...counts, remaining_ms: timeFor(amount, pace(channel)) }
  }
  return timed
}

async function segmentsOf(deps: Deps, draft: WordedDraft): Promise<number> {
  const { kind, name, body, incidentId } = draft
  if (body === '') return 1
  const page = await thePage(deps)
  const incident = incidentId === null ? null : await findEither(deps, incidentId)
  return segmentsOfDraft({
    kind,
    name: name || (incident?.name ?? ''),
    body,
    page: page.name,
    locale: page.locale,
    time: formatTime(deps.clock.now(), page.locale, page.timeZone),
    url: `${deps.publicUrl}/incidents/${incidentId ?? deps.newId()}`,
  })
}
