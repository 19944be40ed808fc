import type { Letter } from '../../api/domain/letter.ts'
import type { IncidentView } from '../../api/routes/views.ts'
import { incident, page } from './fixtures.ts'

export function letterOf(kind: Letter['kind'], about: IncidentView | null = incident): Letter {
  const { id, name, url, support, locale } = page
  return {
    kind,
    id: 'announcement',
    created_at: Date.parse('2026-11-21T02:12:00Z'),
    locale,
    page: { id, name, url, support, privacy_url: null, terms_url: null },
    incident: about && factsOf(about),
    digest: null,
  }
}

function factsOf({
  id,
  name,
  url,
  status,
  impact,
  all_clear,
  ...about
}: IncidentView): Letter['incident'] {
  const update = about.updates[0]!
  return {
    id,
    name,
    url,
    status,
    impact,
    all_clear,
    started_at: Date.parse(about.started_at),
    resolved_at: instant(about.resolved_at),
    next_update_at: instant(about.next_update_at),
    scheduled_for: instant(about.scheduled_for),
    scheduled_until: instant(about.scheduled_until),
    postmortem: null,
    update: { ...update, display_at: Date.parse(update.display_at) },
    components: update.components,
  }
}

const instant = (at: string | null) => (at === null ? null : Date.parse(at))
