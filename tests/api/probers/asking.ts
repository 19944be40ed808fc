import { afterEach } from 'vitest'
import { guardedFetch } from '../../../api/probers/guarded-fetch.ts'
import { httpProber } from '../../../api/probers/http.ts'
import type { Question } from '../../../api/probers/prober.ts'
import { listenRaw } from '../../support/listen.ts'

/** The real prober, with loopback allowed. */
export const { ask } = httpProber({
  fetch: guardedFetch({ allow: ['127.0.0.0/8'] }),
  now: () => performance.now(),
  userAgent: 'allclear-test/1',
})

export const question = (url: string, given: Partial<Question> = {}): Question => ({
  url,
  method: 'GET',
  timeout_ms: 5000,
  expect_status: [],
  expect_text: '',
  headers: {},
  ...given,
})

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
