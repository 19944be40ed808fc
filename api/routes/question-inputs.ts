import { z } from '@hono/zod-openapi'
import { httpMethods, recordTypes, type QuestionFields } from '../domain/question.ts'

// What is asked, in the fields of all kinds. Which belong to which kind, and what they may say, is the domain's to check.

const text = (longest: number, description: string) =>
  z.string().max(longest).openapi({ description })
const ms = z.int('must be a whole number of milliseconds')
const threshold = z.number('must be a number, or null for none').nullable()
const port = z.int('must be a whole number')
const statusRange = z.union([z.int(), z.string().max(20)])

const jsonExpectation = z
  .strictObject({
    path: z.string().min(1, 'must be a JSONPath').max(500),
    equals: z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]).optional(),
    contains: z.string().min(1, 'must not be empty').max(1000).optional(),
    greater_than: z.number().optional(),
    less_than: z.number().optional(),
    exists: z.boolean().optional(),
  })
  .openapi({ description: 'What every value found at a JSONPath (RFC 9535) must be.' })

const fields = {
  url: z.string().trim().max(2000).openapi({ description: 'http: what is asked.' }),
  method: z.enum(httpMethods, `must be one of ${httpMethods.join(', ')}`),
  headers: z
    .record(z.string(), z.string().max(4000))
    .openapi({ description: 'http: sent with every check; values are never shown again.' }),
  body: text(10_000, 'http: sent with every check; never shown again.'),
  expect_status: z
    .array(statusRange)
    .max(50)
    .openapi({ description: 'http: codes and ranges such as 2xx or 200-299; none means any 2xx.' }),
  expect_text: text(1000, 'http, tcp: the answer must contain it.'),
  forbid_text: text(1000, 'http: the body must not contain it.'),
  expect_json: z.array(jsonExpectation).max(20),
  max_redirects: z.int('must be a whole number').openapi({ description: 'http: 0 follows none.' }),
  tls_expiry_days: z
    .array(z.int('must be a whole number of days'))
    .max(10)
    .openapi({ description: 'http, tls: days before the end of a certificate to warn on.' }),
  host: text(253, 'tcp, tls: a name or an address.'),
  port,
  send: text(10_000, 'tcp: sent once connected; never shown again.'),
  name: text(253, 'dns: whose records.'),
  record_type: z.enum(recordTypes, `must be one of ${recordTypes.join(', ')}`),
  resolver: text(100, 'dns: address of a name server; null asks the usual ones.').nullable(),
  expect_records: z
    .array(z.string().max(1000))
    .max(50)
    .openapi({ description: 'dns: as a zone file has them, such as `10 mail.example.com`.' }),
  expect_match: z
    .enum(['contains', 'equals'])
    .openapi({ description: 'dns: whether these are among the records, or all there are.' }),
  server_name: text(253, 'tls: whose certificate it must be, where that is not the host.'),
  every_ms: ms.openapi({ description: 'heartbeat: how often the job calls.' }),
  grace_ms: ms.openapi({ description: 'heartbeat: how late it may be.' }),
  degraded_above: threshold,
  down_above: threshold,
  degraded_below: threshold,
  down_below: threshold,
  stale_after_ms: ms.openapi({ description: 'metric: an older value counts no more.' }),
  when_stale: z.enum(['no_data', 'down']),
}

export const questionShape = z.object(fields).partial().shape
type Sent = z.output<z.ZodObject<typeof questionShape>>

/** Parts what was sent into the question and the rest. */
export function withQuestion<T extends Sent>(sent: T) {
  const entries = Object.entries(sent).filter(([, value]) => value !== undefined)
  const question = Object.fromEntries(entries.filter(([name]) => name in fields)) as QuestionFields
  const rest = Object.fromEntries(entries.filter(([name]) => !(name in fields)))
  return { question, rest: rest as Omit<T, keyof Sent> }
}
