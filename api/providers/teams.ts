import { z } from 'zod'
import type { Outcome } from '../domain/delivery.ts'
import { parseJson } from './http.ts'
import { posting, type Answer, type PostingSettings } from './posting.ts'
import { accepted, judgeRefusal, unreadable } from './posting-answers.ts'
import type { Provider } from './provider.ts'

const refusal = z.object({ error: z.object({ code: z.string().regex(/^\w{1,80}$/) }) })
/** A workflow that was deleted, switched off or suspended answers 400 with this. */
const gone = new Set(['WorkflowTriggerIsNotEnabled', 'WorkflowDisabled', 'WorkflowNotFound'])

/** Workflows of Microsoft Teams, and the connectors before them. Neither knows idempotency. */
export function teams(settings: PostingSettings): Provider {
  return posting(
    {
      channel: 'teams',
      idempotent: false,
      readBytes: 64 * 1024,
      address: ({ to }) => ({ url: to }),
      judge,
    },
    settings,
  )
}

/** A workflow answers 202 at once. A connector always answers 200, and hides the status of Teams in the text. */
function judge(answer: Answer): Outcome {
  const { status, text } = answer
  if (status === 202) return accepted(null)
  if (answer.ok) {
    if (answer.broken !== null) return unreadable(answer, '')
    const hidden = hiddenStatus(text)
    if (hidden === null) return accepted(null)
    const reason = `Teams answered ${hidden} behind its connector`
    return judgeRefusal({ ...answer, status: hidden }, { code: `http_${hidden}`, reason })
  }
  const said = refusal.safeParse(parseJson(text))
  if (!said.success) return judgeRefusal(answer, { code: null, reason: `Teams answered ${status}` })
  const { code } = said.data.error
  return judgeRefusal(answer, { code, reason: `Teams answered ${code}`, gone: gone.has(code) })
}

/** What a connector failed with; 503 when it could not reach Teams, and null when it did not fail. */
function hiddenStatus(text: string): number | null {
  const failed = /^\s*(webhook message delivery failed|microsoft teams endpoint returned|system\.)/i
  if (!failed.test(text)) return null
  const status = Number(/HTTP error (\d{3})\b/.exec(text)?.[1] ?? 503)
  return status >= 400 ? status : 503
}
