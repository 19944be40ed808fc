import { intact } from './csv-text.ts'
import { DomainError } from './error.ts'
import { channels, type Channel } from './words.ts'

/** The names of the columns that are read. First ours, then those of Statuspage's and Instatus's lists. */
const names = {
  channel: ['channel', 'mode', 'type'],
  address: ['address'],
  components: ['components', 'component_ids', 'component_names'],
  events: ['events'],
  min_impact: ['min_impact'],
  groups: ['groups'],
  updates: ['updates'],
  quiet_from: ['quiet_from'],
  quiet_until: ['quiet_until'],
  digest_at: ['digest_at'],
  locale: ['locale', 'language'],
  time_zone: ['time_zone'],
  only_incidents: ['only_incidents'],
  state: ['state'],
  confirmed_at: ['confirmed_at', 'created_at'],
  suppressed: ['suppressed'],
  email: ['email', 'email_address'],
  sms: ['phone_number', 'phone', 'number', 'display_phone_number'],
  country: ['phone_country', 'country_code'],
  webhook: ['endpoint', 'webhook', 'webhook_url'],
  slack: ['slack'],
  teams: ['microsoft_teams_webhook'],
  discord: ['discord'],
  all: ['all'],
  confirmed: ['confirmed'],
  quarantined: ['quarantined_at', 'quarantined'],
} as const
type Field = keyof typeof names

/** The columns of an export; an import reads them back. */
export const exportColumns = [
  'channel',
  'address',
  'components',
  'events',
  'min_impact',
  'groups',
  'updates',
  'quiet_from',
  'quiet_until',
  'digest_at',
  'locale',
  'time_zone',
  'only_incidents',
  'state',
  'confirmed_at',
  'suppressed',
] as const satisfies Field[]

/** Which cell of a line holds what, and the columns that say nothing to us. */
export type Layout = { fields: [Field, number][]; width: number; ignored: string[] }

/** One line by our names; what a file lacks is empty. */
export type Entry = Record<Field, string>

const needed =
  'a list needs the columns channel and address, or one of email, phone_number, endpoint'

export function layoutOf(header: string[]): Layout {
  const keys = header.map(keyOf)
  const twice = keys.findIndex((key, index) => key !== '' && keys.indexOf(key) !== index)
  if (twice !== -1)
    throw new DomainError('invalid', `line 1: the column ${legible(keys[twice]!)} is there twice`)
  const fields = Object.entries(names).flatMap(([field, known]) => {
    const name = known.find((name) => keys.includes(name))
    return name === undefined ? [] : [[field as Field, keys.indexOf(name)] as [Field, number]]
  })
  const has = (field: Field) => fields.some(([one]) => one === field)
  const missing = has('address')
    ? (['channel'] as const).filter((field) => !has(field))
    : channels.some((channel) => has(channel))
      ? []
      : (['channel', 'address'] as const).filter((field) => !has(field))
  if (missing.length > 0)
    throw new DomainError('invalid', `line 1: without ${missing.join(' and ')}; ${needed}`, {
      fields: missing.map((path) => ({ path, message: 'is missing in the header' })),
    })
  const ignored = header.filter(
    (name, index) => name.trim() !== '' && !fields.some(([, at]) => at === index),
  )
  return { fields, width: header.length, ignored: ignored.map((name) => legible(name.trim())) }
}

/** `Phone Number`, `phone-number` and `phoneNumber` are `phone_number`. */
function keyOf(name: string): string {
  return name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}

export function entryOf({ fields, width }: Layout, cells: string[]): Entry {
  if (cells.slice(width).some((cell) => cell.trim() !== ''))
    throw refused(`has ${cells.length} cells where the header has ${width}`)
  const entry = Object.fromEntries(Object.keys(names).map((field) => [field, ''])) as Entry
  for (const [field, at] of fields) entry[field] = intact(cells[at] ?? '').trim()
  return entry
}

/** Whom a line is about: named by our columns, or by whichever of the others' is filled in. */
export function addressIn(entry: Entry): { channel: Channel; address: string } {
  const named = channelNames[entry.channel.toLowerCase()]
  if (entry.channel !== '' && !named)
    throw refused(`channel: must be one of ${channels.join(', ')}`)
  if (entry.address !== '') {
    if (!named) throw refused(`channel: must be one of ${channels.join(', ')}`)
    return { channel: named, address: entry.address }
  }
  const channel = named ?? byUse.find((channel) => entry[channel] !== '')
  const address = channel && entry[channel]
  if (!channel || !address) throw refused('address: must not be empty')
  return { channel, address }
}

/** A webhook's line names the mail address of its keeper too. */
const byUse = ['webhook', 'slack', 'teams', 'discord', 'sms', 'email'] as const

const channelNames: Record<string, Channel> = {
  ...Object.fromEntries(channels.map((channel) => [channel, channel])),
  phone: 'sms',
  microsoft_teams: 'teams',
}

/** Refuses who must not be told any more where the list comes from; says whether they have agreed there. */
export function hasAgreed(entry: Entry): boolean {
  const state = entry.state.toLowerCase()
  if (state === 'unsubscribed' || state === 'erased')
    throw refused('has unsubscribed where the list comes from')
  if (state === 'quarantined' || isTrue(entry.quarantined))
    throw refused('is quarantined where the list comes from')
  if (isTrue(entry.suppressed))
    throw refused(
      `nothing is sent to it where the list comes from (${legible(entry.suppressed).slice(0, 40)})`,
    )
  if (isTrue(entry.only_incidents)) throw refused('follows single incidents only')
  if (!['', 'active', 'confirmed', 'pending', 'unconfirmed'].includes(state))
    throw refused('state: must be active, pending, unsubscribed or quarantined')
  const isWaiting = state === 'pending' || state === 'unconfirmed'
  return !isWaiting && (entry.confirmed === '' || isTrue(entry.confirmed))
}

function isTrue(cell: string): boolean {
  return !['', 'false', 'no', '0', 'null'].includes(cell.toLowerCase())
}

/** What a cell says, where that is no address: cells slip into the wrong column. */
export function legible(text: string): string {
  const isPrivate = /@|:\/\/|\d{6}/.test(text)
  return isPrivate ? '(an address)' : text.replace(/\s+/g, ' ').slice(0, 60)
}

export function refused(reason: string): DomainError {
  return new DomainError('invalid', reason)
}
