import { parse, type CsvError, type InfoRecord } from 'csv-parse/sync'
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/mobile'
import { components, groups } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { canonicalEmail, comparable } from '../../domain/address.ts'
import { delimiterOf, partsOf, type Part } from '../../domain/csv-text.ts'
import { DomainError } from '../../domain/error.ts'
import {
  agreedAt,
  catalogueOf,
  isTimeZone,
  wishIn,
  type Catalogue,
} from '../../domain/import-wish.ts'
import {
  addressIn,
  entryOf,
  hasAgreed,
  layoutOf,
  refused,
  type Entry,
  type Layout,
} from '../../domain/subscriber-csv.ts'
import { nearestLocale, speak } from '../../domain/message.ts'
import { contradictions, type Preferences } from '../../domain/subscription.ts'
import { canonicalUrl, type UrlChannel } from '../../domain/url-address.ts'
import type { Channel } from '../../domain/words.ts'
import { canonicalNumber, countryOf, openChannels } from './addresses.ts'
import { fullName } from '../components/components.ts'
import { thePage } from '../page.ts'
import { smsSettings } from '../sending/sms-settings.ts'

/** A file that can be read on, part by part. */
export type List = { layout: Layout; parts: Part[]; total: number; delimiter: string }

/** A line that may be stored; `agreedAt` is null where the list does not say when. */
export type Row = {
  line: number
  channel: Channel
  address: string
  preferences: Preferences
  locale: string
  timeZone: string
  agreed: boolean
  agreedAt: number | null
}
export type Refused = { line: number; reason: string }

/** Finds out how a file is written; one whose header lacks a column is refused as a whole. */
export function openList(text: string): List {
  const unix = text.includes('\n') ? text : text.replaceAll('\r', '\n')
  const [, named] = /^\uFEFF?sep=([,;\t])\r?\n/i.exec(unix) ?? []
  const [first, ...rest] = partsOf(unix)
  if (!first) throw new DomainError('invalid', 'the file is empty')
  const body = named ? first.text.slice(first.text.indexOf('\n') + 1) : first.text
  const firstLine = body.slice(0, body.indexOf('\n') + 1) || body
  if (firstLine.length > LONGEST_HEADER)
    throw new DomainError(
      'invalid',
      `line 1: a header has at most ${LONGEST_HEADER} characters; the columns channel and address suffice`,
    )
  const delimiter = named ?? delimiterOf(firstLine)
  const head = { text: body, line: named ? 2 : 1, records: first.records - (named ? 1 : 0) }
  const [header] = recordsOf(head, delimiter)
  if (!header) throw new DomainError('invalid', 'the file is empty')
  const parts = [head, ...rest]
  return {
    layout: layoutOf(header.cells),
    parts,
    total: parts.reduce((sum, { records }) => sum + records, 0) - 1,
    delimiter,
  }
}

/** Far above any list's; each column is compared with all others. */
const LONGEST_HEADER = 10_000

type Line = { line: number; cells: string[] }

/** The records of a part with the lines on which they begin. */
function recordsOf(part: Part, delimiter: string): Line[] {
  try {
    // The parser counts a quoted CRLF as two lines.
    const records = parse(part.text.replaceAll('\r\n', '\n'), {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: 100_000,
    }) as unknown as { info: InfoRecord; record: string[] }[]
    return records.map(({ info, record }) => {
      const inside = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0)
      return { line: part.line + info.lines - 1 - inside, cells: record }
    })
  } catch (error) {
    throw new DomainError('invalid', wordsOf(error as CsvError, part), { cause: error })
  }
}

/** The parser's own words repeat what stands in the cell. */
function wordsOf(error: CsvError, part: Part): string {
  const line = part.line - 1 + Number((error as { lines?: number }).lines ?? 1)
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE')
    return `line ${line}: a cell begins with a quote that is never closed`
  return `line ${line}: a quote stands in a cell without being doubled, or the cell goes on after its last quote`
}

type Checker = (part: Part) => Promise<(Row | Refused)[]>

/** Reads parts of a list, in their order; a second line of an address is refused, wherever the first was. */
export async function checkerOf(deps: Deps, list: List): Promise<Checker> {
  const rules = await loadRules(deps)
  const seen = new Map<string, number>()
  return async (part) => {
    const records = recordsOf(part, list.delimiter).slice(part === list.parts[0] ? 1 : 0)
    const rows = records.map(({ line, cells }) => {
      try {
        return rowOf(rules, entryOf(list.layout, cells), line)
      } catch (error) {
        return refusalOf(error, line)
      }
    })
    const unique = rows.map((row) => ('reason' in row ? row : refuseTwin(seen, row)))
    return refusePrivate(deps, unique)
  }
}

type Rules = {
  offered: Channel[]
  countries: string[]
  catalogue: Catalogue
  locale: string
  timeZone: string
  now: number
}

async function loadRules(deps: Deps): Promise<Rules> {
  const [page, sms] = await Promise.all([thePage(deps), smsSettings(deps)])
  const [componentRows, groupRows] = await deps.db.batch([
    deps.db.select().from(components),
    deps.db.select().from(groups),
  ])
  const groupNames = new Map(groupRows.map(({ id, name }) => [id, name]))
  const fullNames = componentRows
    .filter(({ groupId }) => groupId !== null)
    .map((one) => ({ ...one, name: fullName(one.name, groupNames.get(one.groupId!) ?? null) }))
  return {
    offered: openChannels(deps, sms),
    countries: sms.countries,
    catalogue: catalogueOf([...componentRows, ...fullNames], groupRows),
    locale: nearestLocale(page.locale) ?? 'en',
    timeZone: page.timeZone,
    now: deps.clock.now(),
  }
}

function rowOf(rules: Rules, entry: Entry, line: number): Row {
  const agreed = hasAgreed(entry)
  const { channel, address } = addressIn(entry)
  if (!rules.offered.includes(channel))
    throw refused(`channel: ${channel} is not offered here, only ${rules.offered.join(', ')}`)
  const canonical = canonicalOf[channel](rules, address, entry.country)
  const preferences = wishIn(entry, rules.catalogue)
  const [wrong] = contradictions(preferences, channel)
  if (wrong) throw refused(`${wrong.path}: ${wrong.message}`)
  const timeZone = entry.time_zone || rules.timeZone
  if (!isTimeZone(timeZone)) throw refused('time_zone: must be one such as Europe/Berlin')
  return {
    line,
    channel,
    address: canonical,
    preferences,
    locale: nearestLocale(entry.locale || undefined) ?? rules.locale,
    timeZone,
    agreed,
    agreedAt: agreedAt(entry, rules.now),
  }
}

type Canonical = (rules: Rules, address: string, country: string) => string

const urlOf =
  (channel: UrlChannel): Canonical =>
  (_, address) =>
    canonicalUrl(channel, address) ?? wrong(`address: is no URL for ${channel}`)

const canonicalOf: { [C in Channel]: Canonical } = {
  email: (_, address) => canonicalEmail(address) ?? wrong('address: is no email address'),
  sms: numberOf,
  webhook: urlOf('webhook'),
  slack: urlOf('slack'),
  teams: urlOf('teams'),
  discord: urlOf('discord'),
}

/** Some lists give the country beside a national number. */
function numberOf({ countries }: Rules, text: string, country: string): string {
  const known = /^[a-z]{2}$/i.test(country) ? (country.toUpperCase() as CountryCode) : undefined
  const full = parsePhoneNumberFromString(text, known)
  const number = full && canonicalNumber(full.number)
  if (!number) return wrong('address: is no mobile number with its country code')
  const from = countryOf(number)
  if (from === null || !countries.includes(from))
    return wrong(`address: SMS to ${from} are not offered here, only to ${countries.join(', ')}`)
  return number
}

function wrong(reason: string): never {
  throw refused(reason)
}

function refuseTwin(seen: Map<string, number>, row: Row): Row | Refused {
  const key = `${row.channel}:${comparable(row.channel, row.address)}`
  const first = seen.get(key)
  if (first !== undefined) return { line: row.line, reason: `is the same address as line ${first}` }
  seen.set(key, row.line)
  return row
}

/** Looked up a few at a time: each asks the network for a name. */
async function refusePrivate(deps: Deps, rows: (Row | Refused)[]): Promise<(Row | Refused)[]> {
  const checked = [...rows]
  const waiting = checked.flatMap((row, index) =>
    'reason' in row || row.channel === 'email' || row.channel === 'sms' ? [] : [index],
  )
  const lookUp = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const row = checked[index] as Row
      const reason = await deps.refusalOf(new URL(row.address))
      if (reason !== null)
        checked[index] = { line: row.line, reason: `address: ${english(reason)}` }
    }
  }
  await Promise.all(Array.from({ length: LOOKUPS }, lookUp))
  return checked
}

const LOOKUPS = 10
const english = speak('en')

function refusalOf(error: unknown, line: number): Refused {
  if (!(error instanceof DomainError)) throw error
  return { line, reason: error.message }
}
