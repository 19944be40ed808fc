import { z } from '@hono/zod-openapi'
import { ignoredReasons, type AgentQuestion } from '../domain/agent.ts'

// What agents and the service say to each other.

const moment = z
  .int('must be epoch milliseconds, a whole number')
  .openapi({ description: 'Epoch milliseconds, by the clock of the service.' })

export const agentRound = z
  .object({
    region: z.string(),
    now: moment,
    ask_again_ms: z.int().openapi({ description: 'When to come back for more.' }),
    canaries: z.array(z.string()).openapi({
      description: 'Well-known URLs: where none of them answers either, a silence tells nothing.',
    }),
    questions: z.array(
      z.object({
        id: z.string(),
        lease: z.int().openapi({ description: 'To be sent back with the answer.' }),
        due_at: moment,
        timeout_ms: z.int(),
        question: z
          .custom<AgentQuestion['question']>()
          .openapi({ type: 'object', description: 'By `kind`, in the fields of a probe.' }),
      }),
    ),
  })
  .openapi('AgentRound')

/** What a person reads of an answer; the rest of a longer one says nothing more. */
const REASON = 200
const NAMES = 50

const sample = z.strictObject({
  outcome: z.enum(['ok', 'failed', 'refused'], 'must be ok, failed or refused'),
  latency_ms: z
    .number('must be a number of milliseconds, or null where nobody was asked')
    .min(0, 'must not be negative')
    .max(600_000, 'must be at most 600000')
    .transform(Math.round)
    .nullable(),
  status: z.int('must be a status of HTTP, or null').min(100).max(999).nullable(),
  reason: z
    .string()
    .max(2000)
    .transform((text) => text.slice(0, REASON)),
  answered: z
    .boolean()
    .optional()
    .openapi({ description: 'The target was reached although it gave no status.' }),
  isOurs: z
    .boolean()
    .optional()
    .openapi({ description: "The agent's own side has failed: it says nothing of the target." }),
  certificate: z
    .strictObject({
      expires_at: z.int(),
      issuer: z.string().max(1000),
      names: z
        .array(z.string().max(300))
        .max(5000)
        .transform((names) => names.slice(0, NAMES)),
    })
    .optional(),
})

export const agentReport = z
  .strictObject({
    answers: z
      .array(
        z.strictObject({
          id: z.string().max(64),
          lease: z.int('must be the lease that came with the question'),
          asked_at: moment,
          sample,
        }),
      )
      .min(1, 'must hold at least one answer')
      .max(500, 'must hold at most 500 answers'),
    hearing: z
      .strictObject({
        asked_at: moment,
        canaries: z.array(z.strictObject({ host: z.string().max(300), sample })).max(20),
      })
      .optional()
      .openapi({ description: 'What the canaries said, where a target was silent.' }),
  })
  .openapi('AgentReport')

export const heard = z
  .object({
    accepted: z.int(),
    ignored: z.array(
      z.object({
        id: z.string(),
        reason: z.enum(ignoredReasons).openapi({
          description:
            'late: more than 5 minutes old; future: more than a minute ahead; superseded: answered, changed or asked anew meanwhile; unknown: not asked from this region.',
        }),
      }),
    ),
  })
  .openapi('AgentHeard')
