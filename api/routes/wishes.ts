import { optional, type Fields } from './forms.ts'

/** What a form of the site says of somebody's wishes, as the schema of the API wants it; what was left empty is absent. */
export function wishIn(form: Fields) {
  return {
    components: listOf(form, 'components'),
    groups: listOf(form, 'groups'),
    events: listOf(form, 'events'),
    min_impact: optional(form['min_impact']),
    updates: optional(form['updates']),
    incidents: listOf(form, 'incidents'),
    only_incidents: form['only_incidents'] === 'yes' ? true : undefined,
    quiet: quietIn(form),
    digest_at: optional(form['digest_at']),
    locale: optional(form['locale']),
    time_zone: optional(form['time_zone']),
  }
}

/** The same from a form that shows every choice: there an empty field and an unticked box mean that it is not wanted. */
export function completeWishIn(form: Fields) {
  const wish = wishIn(form)
  return {
    ...wish,
    components: wish.components ?? [],
    groups: wish.groups ?? [],
    events: wish.events ?? [],
    updates: wish.updates ?? 'all',
    incidents: wish.incidents ?? [],
    only_incidents: wish.only_incidents ?? false,
    quiet: wish.quiet ?? null,
    digest_at: wish.digest_at ?? null,
  }
}

/** Checkboxes of one name; absent when none is ticked. */
function listOf(form: Fields, name: string): string[] | undefined {
  const value = optional(form[name])
  return value === undefined ? undefined : [value].flat()
}

function quietIn(form: Fields) {
  const from = optional(form['quiet_from'])
  const until = optional(form['quiet_until'])
  return from === undefined && until === undefined
    ? undefined
    : { from: from ?? '', until: until ?? '' }
}
