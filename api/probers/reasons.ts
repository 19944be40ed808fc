/** What error codes mean to an operator. Messages are never passed on: some repeat header values. */
const meanings: Record<string, string> = {
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while asking',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'this machine has no route to such addresses',
  ENETDOWN: 'the network of this machine is down',
  EADDRNOTAVAIL: 'this machine has no address to ask from',
  EAFNOSUPPORT: 'this machine knows no such addresses',
  EMFILE: 'this process has no files left to open',
  ENFILE: 'this machine has no files left to open',
  ENOBUFS: 'this machine has no memory left for connections',
  ENOMEM: 'this machine has no memory left',
  EPERM: 'this machine forbids the connection',
  EACCES: 'this machine forbids the connection',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection closed before the answer was complete',
  UND_ERR_INVALID_ARG: 'the request could not be made: check URL and headers',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate chain is incomplete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is unknown',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
  CERT_REVOKED: 'the certificate has been revoked',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'nothing newer than TLS 1.1 is spoken',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'no version of TLS is spoken that we speak',
  ENODATA: 'the name has no such record',
  ESERVFAIL: 'the name server has failed',
  EREFUSED: 'the name server refuses to answer',
  EBADRESP: 'the answer of the name server makes no sense',
  EFORMERR: 'the name server does not understand the question',
  ENOTIMP: 'the name server does not know such questions',
  ETIMEOUT: 'the name server does not answer',
}

/** What nobody but the target itself can have said. */
const reachedBy =
  /^(CERT_|HPE_|ERR_TLS_CERT|ENODATA$|ENOTIMP$|[A-Z_]*SELF_SIGNED|UNABLE_TO_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|Z_|ERR__ERROR_FORMAT|ZSTD_)/

/** What this machine says of itself. */
const ours =
  /^(ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EAFNOSUPPORT|EMFILE|ENFILE|ENOBUFS|ENOMEM|EPERM|EACCES)$/

const families: [prefix: string, meaning: string][] = [
  ['HPE_', 'the answer is not HTTP'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'the connection closed before the answer was complete'],
  ['UND_ERR_HEADERS_OVERFLOW', 'the headers of the answer are too long'],
  ['ERR_SSL_', 'the TLS handshake failed'],
  ['CERT_', 'the certificate is not valid'],
  ['EPROTO', 'the TLS handshake failed'],
  ['Z_', 'the body is not packed as the answer says'],
  ['ERR__ERROR_FORMAT', 'the body is not packed as the answer says'],
  ['ZSTD_', 'the body is not packed as the answer says'],
]

type Explanation = {
  /** We would not ask, or could not. */
  refused: boolean
  /** It was our own side that could not. */
  ours: boolean
  /** The target was reached all the same. */
  reached: boolean
  reason: string
}

/** Tells why a request had no answer. */
export function explain(error: unknown): Explanation {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const isOurs = cause.name === 'OwnFault'
    if (isOurs || cause.name === 'RefusedTarget')
      return { refused: true, ours: isOurs, reached: false, reason: cause.message }
  }
  const code = codeOf(error)
  if (code === null)
    return { refused: false, ours: false, reached: false, reason: 'the connection failed' }
  const meaning =
    meanings[code] ??
    families.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    'the connection failed'
  const isOurs = ours.test(code)
  return {
    refused: isOurs,
    ours: isOurs,
    reached: reachedBy.test(code),
    reason: `${meaning} (${code})`,
  }
}

/** The code of the innermost cause; several addresses that all failed speak with the voice of the first. */
function codeOf(error: unknown): string | null {
  let code: string | null = null
  let cause = error
  while (cause instanceof Error) {
    const { code: own } = cause as { code?: unknown }
    if (typeof own === 'string' && /^\w{1,60}$/.test(own)) code = own
    // undici's parser names itself only.
    else if (cause.name === 'HTTPParserError') code = 'HPE_INVALID'
    cause = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined)
  }
  return code
}
