import type { Certificate } from '../domain/certificate.ts'
import { isExpected, type HttpQuestion } from '../domain/question.ts'
import { readBody } from './body.ts'
import { complaintAboutPath, jsonComplaint } from './json-path.ts'
import type { Asked, Prober } from './prober.ts'
import { timed, type Finding } from './timed.ts'

type Settings = {
  /** Must refuse what must not be asked by throwing an error named `RefusedTarget`. */
  fetch: typeof fetch
  /** What the server of an answer proved itself with, where that can be seen. */
  certificateOf?(response: Response): Certificate | undefined
  /** Monotonic milliseconds. */
  now(): number
  userAgent: string
}

const MAX_BODY_BYTES = 64 * 1024
/** Where something is looked for in the body. */
const MAX_SEARCHED_BYTES = 256 * 1024
const redirects = new Set([301, 302, 303, 307, 308])

/** Asks over HTTP(S): a good status, and a body that arrives in time and holds what is expected. */
export function httpProber(settings: Settings): Prober<'http'> {
  const { now } = settings

  function ask(question: Asked<'http'>) {
    const complaint = complaintOf(question)
    if (complaint)
      return Promise.resolve({
        outcome: 'refused',
        latency_ms: 0,
        status: null,
        reason: complaint,
      } as const)
    return timed(
      { now, timeout_ms: question.timeout_ms },
      async (signal, seen): Promise<Finding> => {
        const response = await follow(question, signal)
        seen(response.status)
        const body = await readBody(response, limitOf(question))
        const certificate = settings.certificateOf?.(response)
        return { reason: judge(question, response.status, body), certificate }
      },
    )
  }

  async function follow(question: HttpQuestion, signal: AbortSignal): Promise<Response> {
    let url = new URL(question.url)
    let headers: Record<string, string> = question.headers
    let { method, body }: Pick<HttpQuestion, 'body'> & { method: string } = question
    for (let hop = 0; ; hop++) {
      const response = await settings.fetch(url.href, {
        method,
        headers: { ...headers, 'user-agent': settings.userAgent, 'cache-control': 'no-cache' },
        // As bytes: a string would bring a content type of its own.
        body: body === '' ? null : new TextEncoder().encode(body),
        redirect: 'manual',
        signal,
      })
      const next = hop < question.max_redirects ? nextUrl(question, response, url) : null
      if (!next) return response
      if (becomesGet(response.status, method)) [method, body] = ['GET', '']
      // Secrets of one origin never travel to another.
      if (next.origin !== url.origin) {
        if (body !== '') return response
        headers = {}
      }
      await response.body?.cancel()
      url = next
    }
  }

  return {
    kind: 'http',
    ask,
    complaintsAbout: ({ expect_json }) =>
      expect_json.flatMap(({ path }, index) => {
        const message = complaintAboutPath(path)
        return message === null ? [] : [{ path: `expect_json.${index}.path`, message }]
      }),
  }
}

/** What makes a question impossible to ask; a header's value stays secret even when it is the reason. */
function complaintOf(question: HttpQuestion): string | null {
  if (!URL.canParse(question.url)) return 'the URL is not valid'
  try {
    void new Headers(question.headers)
    return null
  } catch {
    return 'a header has an impossible name or value'
  }
}

function limitOf({ expect_text, forbid_text, expect_json }: HttpQuestion): number {
  const isSearched = expect_text !== '' || forbid_text !== '' || expect_json.length > 0
  return isSearched ? MAX_SEARCHED_BYTES : MAX_BODY_BYTES
}

/** Where a redirect leads, unless the redirect itself is the expected answer. */
function nextUrl(question: HttpQuestion, response: Response, from: URL): URL | null {
  const location = response.headers.get('location')
  if (!redirects.has(response.status) || location === null) return null
  const { expect_status: expected } = question
  if (expected.length > 0 && isExpected(response.status, expected)) return null
  return URL.parse(location, from.href)
}

/** As browsers do it (Fetch, 4.4). */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}

/** What is wrong with an answer; empty when nothing is. */
function judge(question: HttpQuestion, status: number, body: { text: string; cut: boolean }) {
  const { expect_status: expected, expect_text, forbid_text, expect_json } = question
  if (!isExpected(status, expected))
    return `answered ${status} instead of ${expected.length === 0 ? '2xx' : expected.join(' or ')}`
  if (!body.text.includes(expect_text)) return `the body lacks ${JSON.stringify(expect_text)}`
  if (forbid_text !== '' && body.text.includes(forbid_text))
    return `the body holds ${JSON.stringify(forbid_text)}`
  if (expect_json.length > 0 && body.cut)
    return `the body is longer than ${MAX_SEARCHED_BYTES / 1024} KiB, too long for expect_json`
  return jsonComplaint(body.text, expect_json)
}
