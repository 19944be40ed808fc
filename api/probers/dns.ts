import type { DnsQuestion, QuestionOf, RecordType } from '../domain/question.ts'
import type { FieldError } from '../domain/error.ts'
import type { Prober } from './prober.ts'
import { timed, type Clocks } from './timed.ts'

type Settings = Clocks & {
  /** All records of a type as the resolver's library has them; rejects with its code when there is none. */
  resolve(
    question: Pick<DnsQuestion, 'name' | 'record_type' | 'resolver'>,
    signal: AbortSignal,
  ): Promise<unknown[]>
  complaintsAbout?(question: QuestionOf<'dns'>): FieldError[]
}

/** Asks a name server: the records that are expected are there. */
export function dnsProber({ resolve, complaintsAbout, ...clocks }: Settings): Prober<'dns'> {
  return {
    kind: 'dns',
    ask: (question) =>
      timed({ ...clocks, timeout_ms: question.timeout_ms }, async (signal) => {
        const records = await resolve(question, signal)
        return { reason: judge(question, records.map(textOf[question.record_type])) }
      }),
    ...(complaintsAbout && { complaintsAbout }),
  }
}

type Fields = Record<string, string | number>
const word = (record: unknown) => String(record)

/** Records as a zone file has them. */
const textOf: Record<RecordType, (record: any) => string> = {
  A: word,
  AAAA: word,
  CNAME: word,
  NS: word,
  TXT: (chunks: string[]) => chunks.join(''),
  MX: ({ priority, exchange }: Fields) => `${priority} ${exchange}`,
  SRV: ({ priority, weight, port, name }: Fields) => `${priority} ${weight} ${port} ${name}`,
  SOA: ({ nsname, hostmaster, serial, refresh, retry, expire, minttl }: Fields) =>
    `${nsname} ${hostmaster} ${serial} ${refresh} ${retry} ${expire} ${minttl}`,
  CAA: ({ critical, ...tags }: Fields) =>
    Object.entries(tags)
      .filter(([tag]) => tag !== 'type')
      .map(([tag, value]) => `${critical} ${tag} ${value}`)
      .join(' '),
}

function judge({ name, record_type, expect_records, expect_match }: DnsQuestion, got: string[]) {
  if (got.length === 0) return `${name} has no ${record_type} record`
  const found = new Set(got.map((record) => comparable(record_type, record)))
  const wanted = expect_records.map((record) => comparable(record_type, record))
  const missing = expect_records.find((_, index) => !found.has(wanted[index]!))
  if (missing !== undefined) return `${record_type} lacks ${missing}; there is ${got.join(', ')}`
  const extra = got.find((record) => !wanted.includes(comparable(record_type, record)))
  return expect_match === 'equals' && extra !== undefined
    ? `${record_type} has ${extra}, which is not expected`
    : ''
}

/** Names have no case and no dot at their end, addresses no case; what a TXT or CAA says is taken by its letters. */
function comparable(type: RecordType, record: string): string {
  const text = record.trim().replace(/\s+/g, ' ')
  if (type === 'TXT' || type === 'CAA') return text.replaceAll('"', '')
  return text.toLowerCase().replace(/\.(?= |$)/g, '')
}
