import { eventKinds } from '../api/domain/words.ts'
import type { ManagePageView } from '../api/routes/subscription-views.ts'
import type { Values } from './result.ts'

/** What a form of wishes shows as chosen. */
export type Choices = {
  components: string[]
  groups: string[]
  events: readonly string[]
  min_impact: string
  updates: string
  incidents: string[]
  only_incidents: boolean
  quiet_from: string
  quiet_until: string
  digest_at: string
  locale: string
  time_zone: string
}

/** Everything, at once: how a fresh form looks. */
export function freshChoices(locale: string): Choices {
  return {
    components: [],
    groups: [],
    events: eventKinds,
    min_impact: 'none',
    updates: 'all',
    incidents: [],
    only_incidents: false,
    quiet_from: '',
    quiet_until: '',
    digest_at: '',
    locale,
    time_zone: '',
  }
}

/** What had been typed into a form that comes back. */
export function typedChoices(values: Values, locale: string): Choices {
  const list = (field: string) => [values[field] ?? []].flat()
  const text = (field: string, absent = '') => list(field)[0] ?? absent
  return {
    components: list('components'),
    groups: list('groups'),
    events: list('events'),
    min_impact: text('min_impact', 'none'),
    updates: text('updates', 'all'),
    incidents: list('incidents'),
    only_incidents: text('only_incidents') === 'yes',
    quiet_from: text('quiet_from'),
    quiet_until: text('quiet_until'),
    digest_at: text('digest_at'),
    locale: text('locale', locale),
    time_zone: text('time_zone'),
  }
}

export function choicesOf({
  quiet,
  digest_at,
  ...subscriber
}: ManagePageView['subscriber']): Choices {
  return {
    ...subscriber,
    quiet_from: quiet?.from ?? '',
    quiet_until: quiet?.until ?? '',
    digest_at: digest_at ?? '',
  }
}
