import type { Outcome } from '../domain/delivery.ts'

/**
 * What a POST without an answer means. Messages of errors are never passed on: some repeat the URL, which is the
 * receiver's secret. Only what surely never left us, or does no harm twice, may be posted again.
 */
export function failureOf(error: unknown, signal: AbortSignal, repeatable: boolean): Outcome {
  const causes = [...causesOf(error)]
  if (causes.some(({ name }) => name === 'RefusedTarget'))
    return refusedAt('private_address', 'the URL leads to an address that is not public')
  const again = repeatable || causes.some(wasNeverSent) ? 'deferred' : 'uncertain'
  if (signal.aborted)
    return { kind: again, code: 'timeout', reason: 'the receiver did not answer in time' }
  const code = causes.map(codeOf).find((found) => found !== undefined)
  const reason = code ? `the connection failed (${code})` : 'the connection failed'
  return { kind: again, code: 'network', reason }
}

/** This receiver will not take this message, and `gone` says that it takes none any more. */
export function refusedAt(code: string, reason: string, gone = false): Outcome {
  const suppress = gone ? 'unreachable' : undefined
  return { kind: 'answered', results: [{ kind: 'refused', code, reason, suppress }] }
}

function* causesOf(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    yield cause
    if (cause instanceof AggregateError) for (const each of cause.errors) yield* causesOf(each)
  }
}

/** The name was not found, nobody listened, or the certificate was not good enough to say anything. */
function wasNeverSent(cause: Error): boolean {
  const { syscall } = cause as { syscall?: unknown }
  return (
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    /^(UND_ERR_CONNECT_TIMEOUT$|EPROTO$|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(
      codeOf(cause) ?? '',
    )
  )
}

function codeOf(cause: Error): string | undefined {
  const { code } = cause as { code?: unknown }
  return typeof code === 'string' && /^[A-Z\d_]{1,60}$/.test(code) ? code : undefined
}
