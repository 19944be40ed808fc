import { isExpected, type HttpQuestion } from '../domain/question.ts'
import { readBody } from './body.ts'
import type { Answer, Exchange } from './exchange.ts'
import { complaintAboutPath, jsonComplaint } from './json-path.ts'
import type { Asked, Prober } from './prober.ts'
import { withoutSecrets } from './secrets.ts'
import { timed, type Clocks, type Finding } from './timed.ts'

type Settings = Clocks & {
  exchange: Exchange
  userAgent: string
}

const MAX_BODY_BYTES = 64 * 1024
/** Where something is looked for in the body. */
const MAX_SEARCHED_BYTES = 256 * 1024
const redirects = new Set([301, 302, 303, 307, 308])

/** Asks over HTTP(S): a good status, and a body that arrives in time and holds what is expected. */
export function httpProber({ exchange, userAgent, ...clocks }: Settings): Prober<'http'> {
  async function ask(question: Asked<'http'>) {
    const complaint = complaintOf(question)
    if (complaint)
      return { outcome: 'refused', latency_ms: 0, status: null, reason: complaint } as const
    const { timeout_ms } = question
    return timed({ ...clocks, timeout_ms }, async (signal, seen): Promise<Finding> => {
      const answer = await follow(question, signal)
      try {
        seen(answer.status)
        const body = await readBody(answer.body, limitOf(question))
        const reason = withoutSecrets(judge(question, answer.status, body), question)
        return { reason, certificate: answer.certificate }
      } finally {
        answer.end()
      }
    })
  }

  async function follow(question: HttpQuestion, signal: AbortSignal): Promise<Answer> {
    let url = new URL(question.url)
    let headers = inLowerCase(question.headers)
    let { method, body }: Pick<HttpQuestion, 'body'> & { method: string } = question
    for (let hop = 0; ; hop++) {
      const answer = await exchange(url, {
        method,
        headers: { ...headers, 'user-agent': userAgent, 'cache-control': 'no-cache' },
        // As bytes: a string would bring a content type of its own.
        body: body === '' ? null : new TextEncoder().encode(body),
        signal,
      })
      const next = hop < question.max_redirects ? nextUrl(question, answer, url) : null
      if (!next) return answer
      if (becomesGet(answer.status, method)) [method, body] = ['GET', '']
      // Secrets of one origin never travel to another.
      if (next.origin !== url.origin) {
        if (body !== '') return answer
        headers = {}
      }
      answer.end()
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

function inLowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
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
function nextUrl(question: HttpQuestion, { status, location }: Answer, from: URL): URL | null {
  if (!redirects.has(status) || location === null) return null
  const { expect_status: expected } = question
  if (expected.length > 0 && isExpected(status, expected)) return null
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
