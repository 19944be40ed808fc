import type { ProbeKind } from '../domain/words.ts'

/** What to ask; one row of `probes`, as far as a prober needs it. */
export type Question = {
  url: string
  method: 'GET' | 'HEAD'
  timeout_ms: number
  /** Accepted status codes, e.g. `[200, 204]`; empty means any 2xx. */
  expect_status: number[]
  /** Text that the body must contain; empty means none. */
  expect_text: string
  headers: Record<string, string>
}

/** One answer. `refused` means that we would not ask (private address, bad URL): never the target's fault. */
export type Sample = {
  outcome: 'ok' | 'failed' | 'refused'
  /** Milliseconds from the start of the request to the end of the body. */
  latency_ms: number
  status: number | null
  /** A short sentence for operators; empty when ok. Never holds secrets of the request. */
  reason: string
}

/** One way of asking. Never throws; ends within `timeout_ms`. */
export type Prober = { kind: ProbeKind; ask(question: Question): Promise<Sample> }
