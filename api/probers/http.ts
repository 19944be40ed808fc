import type { Prober, Question, Sample } from './prober.ts'
import { explain } from './reasons.ts'

type Settings = {
  /** Must refuse what must not be asked by throwing an error named `RefusedTarget`. */
  fetch: typeof fetch
  /** Monotonic milliseconds. */
  now(): number
  userAgent: string
}

const MAX_REDIRECTS = 3
const MAX_BODY_BYTES = 64 * 1024
const redirects = new Set([301, 302, 303, 307, 308])

/** Asks over HTTP(S): a good status, and a body that arrives in time and holds the expected text. */
export function httpProber(settings: Settings): Prober {
  async function ask(question: Question): Promise<Sample> {
    const started = settings.now()
    const signal = AbortSignal.timeout(question.timeout_ms)
    let status: number | null = null
    const sample = (outcome: Sample['outcome'], reason: string): Sample => ({
      outcome,
      status,
      reason,
      latency_ms: Math.round(settings.now() - started),
    })
    const complaint = complaintOf(question)
    if (complaint) return sample('refused', complaint)
    try {
      const response = await follow(question, signal)
      status = response.status
      const body = await readBody(response)
      const reason = judge(question, status, body)
      return sample(reason ? 'failed' : 'ok', reason)
    } catch (error) {
      if (signal.aborted) return sample('failed', `no complete answer in ${question.timeout_ms} ms`)
      const { refused, reason } = explain(error)
      return sample(refused ? 'refused' : 'failed', reason)
    }
  }

  async function follow(question: Question, signal: AbortSignal): Promise<Response> {
    let url = new URL(question.url)
    let headers: Record<string, string> = question.headers
    for (let hop = 0; ; hop++) {
      const response = await settings.fetch(url.href, {
        method: question.method,
        headers: { ...headers, 'user-agent': settings.userAgent, 'cache-control': 'no-cache' },
        redirect: 'manual',
        signal,
      })
      const next = hop < MAX_REDIRECTS ? nextUrl(question, response, url) : null
      if (!next) return response
      await response.body?.cancel()
      // Secrets of one origin never travel to another.
      if (next.origin !== url.origin) headers = {}
      url = next
    }
  }

  return { kind: 'http', ask }
}

/** What makes a question impossible to ask; a header's value stays secret even when it is the reason. */
function complaintOf(question: Question): string | null {
  if (!URL.canParse(question.url)) return 'the URL is not valid'
  try {
    void new Headers(question.headers)
    return null
  } catch {
    return 'a header has an impossible name or value'
  }
}

/** Where a redirect leads, unless the redirect itself is the expected answer. */
function nextUrl(question: Question, response: Response, from: URL): URL | null {
  const location = response.headers.get('location')
  if (!redirects.has(response.status) || location === null) return null
  if (question.expect_status.includes(response.status)) return null
  return URL.parse(location, from.href)
}

/** Reads what is worth reading; the rest of a long body is cancelled. */
async function readBody(response: Response): Promise<string> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const reader = response.body.getReader()
  while (bytes < MAX_BODY_BYTES) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    const chunk = value.subarray(0, MAX_BODY_BYTES - bytes)
    bytes += chunk.byteLength
    text += decoder.decode(chunk, { stream: true })
  }
  await reader.cancel()
  return text
}

/** What is wrong with an answer; empty when nothing is. */
function judge(question: Question, status: number, body: string): string {
  const { expect_status: expected, expect_text: text } = question
  const good = expected.length === 0 ? status >= 200 && status < 300 : expected.includes(status)
  if (!good) {
    const wanted = expected.length === 0 ? '2xx' : expected.join(' or ')
    return shorten(`answered ${status} instead of ${wanted}`)
  }
  if (text === '' || body.includes(text)) return ''
  return shorten(`the body lacks ${JSON.stringify(text)}`)
}

function shorten(sentence: string): string {
  return sentence.length <= 200 ? sentence : `${sentence.slice(0, 199)}…`
}
