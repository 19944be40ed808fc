import { afterEach } from 'vitest'
import { questionOf, type QuestionFields, type QuestionOf } from '../../../api/domain/question.ts'
import { guardedExchange } from '../../../api/probers/guarded-exchange.ts'
import { httpProber } from '../../../api/probers/http.ts'
import type { Asked } from '../../../api/probers/prober.ts'
import type { ProbeKind } from '../../../api/domain/words.ts'
import { listenRaw } from '../../support/listen.ts'

/** The real prober, with loopback allowed. */
export const { ask } = httpProber({
  exchange: guardedExchange({ allow: ['127.0.0.0/8'] }),
  now: () => performance.now(),
  userAgent: 'allclear-test/1',
})

/** A question of a kind, as usual but for what is given. */
export function asked<K extends ProbeKind>(
  kind: K,
  { timeout_ms = 5000, ...given }: QuestionFields & { timeout_ms?: number },
) {
  const { question } = questionOf(kind, given)
  return { ...(question as QuestionOf<K>), timeout_ms } as Asked<K>
}

export const question = (url: string, given: QuestionFields & { timeout_ms?: number } = {}) =>
  asked('http', { url, ...given })

/** Run after each test. */
export const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

export async function serve(...handler: Parameters<typeof listenRaw>) {
  const server = await listenRaw(...handler)
  closers.push(server.close)
  return server.url
}
