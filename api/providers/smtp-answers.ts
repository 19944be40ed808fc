import type { Outcome, Result } from '../domain/delivery.ts'

/** How far a mail came: not written yet, the server not ready, not all of it sent, or its end may have arrived. */
export type Stage = 'writing' | 'connecting' | 'sending' | 'handed'

/** What nodemailer says of a mail that did not go through. */
export type SmtpError = Error & {
  code?: string
  /** What the server was asked, such as `RCPT TO`. */
  command?: string
  /** The server's answer: all of it, and its first number. */
  response?: string
  responseCode?: number
}

/** What a failure means. Without the end of a mail a server must not keep any of it (RFC 5321, 4.1.1.4). */
export function judgeFailure(error: SmtpError, stage: Stage): Outcome {
  const said = { code: codeOf(error), reason: error.response ?? error.message }
  if (stage === 'writing') return refused({ kind: 'refused', ...said })
  if (stage === 'connecting' && error.code !== 'EABORT') return { kind: 'closed', ...said }
  const { responseCode: status = 0 } = error
  if (status < 400 || status > 599) return withoutAnswer(error, stage, said)
  if (asksForLogin.has(status)) return { kind: 'closed', ...said }
  // 503 says that the session got out of step, not that the mail is wrong.
  if (status < 500 || status === 503) return { kind: 'deferred', ...said }
  if (error.command === 'MAIL FROM' && !isTooLarge(error)) return { kind: 'closed', ...said }
  const suppress = error.command === 'RCPT TO' && isUnknownMailbox(error) ? 'bounce' : undefined
  return refused({ kind: 'refused', ...said, suppress })
}

type Said = { code: string; reason: string }

function withoutAnswer(error: SmtpError, stage: Stage, said: Said): Outcome {
  if (stage === 'handed') return { kind: 'uncertain', ...said }
  // Found before anything was asked: the mail is above the limit that the server has named.
  const isOurs = error.code === 'EMESSAGE' && error.response === undefined
  return isOurs ? refused({ kind: 'refused', ...said }) : { kind: 'deferred', ...said }
}

export function refused(result: Result): Outcome {
  return { kind: 'answered', results: [result] }
}

/** RFC 4954: the server wants to know us, or to know us better. */
const asksForLogin = new Set([530, 534, 535, 538])

/** The enhanced code (RFC 3463) where there is one, otherwise the plain one, otherwise what happened to the connection. */
function codeOf(error: SmtpError): string {
  if (error.code === 'EABORT') return 'timeout'
  return enhanced(error) ?? String(error.responseCode || error.code || 'network')
}

function enhanced({ response = '' }: SmtpError): string | undefined {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
}

function isTooLarge(error: SmtpError): boolean {
  return error.responseCode === 552 || /^5\.(3\.4|2\.3)$/.test(enhanced(error) ?? '')
}

/** 5.1.x, or a plain 550, 551, 553; neither a policy, a full mailbox, nor a fault of the sender's address. */
function isUnknownMailbox(error: SmtpError): boolean {
  const code = enhanced(error)
  if (code && /^5\.(7\.\d+|2\.2|1\.[78])$/.test(code)) return false
  return code?.startsWith('5.1.') || [550, 551, 553].includes(error.responseCode ?? 0)
}
