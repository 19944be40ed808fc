import type { Letter } from '../../api/domain/letter.ts'
import type { IncidentView } from '../../api/routes/views.ts'
import { incident, page } from './fixtures.ts'

export function letterOf(kind: Letter['kind'], about: IncidentView | null = incident): Letter {
  const { name, url, support, locale, time_zone } = page
  return {
    kind,
    locale,
    time_zone,
    page: { name, url, support },
    incident: about && factsOf(about),
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
    update: { ...update, display_at: Date.parse(update.display_at) },
    components: update.components,
  }
}

const instant = (at: string | null) => (at === null ? null : Date.parse(at))
