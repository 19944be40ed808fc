import { createTransport } from 'nodemailer'
import type { Outcome } from '../domain/delivery.ts'
import type { Message, Provider } from './provider.ts'
import { judgeFailure, refused, type SmtpError, type Stage } from './smtp-answers.ts'

export type SmtpSettings = {
  /** `smtp://user:password@host:port`, upgraded by STARTTLS where the server offers it, or `smtps://`. */
  url: string
  /** An address, or `Name <address>`; bounces come back to it. */
  from: string
  ratePerSecond?: number
}

export type Smtp = Provider & {
  /** Ends the connections that are kept open for the next mail. */
  close(): void
}

/** As many as there are lanes: a mail never waits for a connection. */
const CONNECTIONS = 5
/** To reach the server, be greeted and have the connection secured; well within the time of one request. */
const CONNECT_TIMEOUT = 8_000
/** The next mail of a fan-out comes at once; afterwards nobody keeps a server waiting. */
const IDLE_TIMEOUT = 10_000

/**
 * Mail by an SMTP server. It knows neither keys nor questions: what was handed over without an answer is never repeated.
 */
export function smtp(settings: SmtpSettings): Smtp {
  const from = parseSender(settings.from)
  const transport = createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    // One attempt is one attempt: whether there is another is decided by whoever counts them.
    maxRequeues: 0,
    idleTimeout: IDLE_TIMEOUT,
    connectionTimeout: CONNECT_TIMEOUT,
    dnsTimeout: CONNECT_TIMEOUT,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    requireTLS: sendsSecrets(settings.url),
    url: settings.url,
  })
  /** How far each mail under way has come, by its id. */
  const stages = new Map<string, Stage>()
  transport.use('stream', ({ message, data }, done) => {
    const id = String(data.messageId)
    stages.set(id, 'connecting')
    const createReadStream = message.createReadStream.bind(message)
    // It is made when the server is ready, read when the server wants it, and ends before the end of the mail is sent.
    message.createReadStream = (options) => {
      stages.set(id, 'sending')
      return createReadStream(options).once('end', () => stages.set(id, 'handed'))
    }
    done()
  })

  async function send(message: Message, signal: AbortSignal): Promise<Outcome> {
    const mail = toMail(message, from)
    const id = mail.messageId
    stages.set(id, 'writing')
    try {
      await transport.sendMail({ ...mail, signal })
      return { kind: 'answered', results: [{ kind: 'accepted', provider_id: id }] }
    } catch (error) {
      return judgeFailure(error as SmtpError, stages.get(id)!)
    } finally {
      stages.delete(id)
    }
  }

  return {
    name: 'smtp',
    channel: 'email',
    batchSize: 1,
    idempotent: false,
    ratePerSecond: settings.ratePerSecond ?? 0,
    async send([message, ...others], _key, signal) {
      if (message === undefined || others.length > 0)
        return { kind: 'refused', code: 'batch', reason: 'SMTP takes exactly one mail at a time' }
      if (signal.aborted)
        return { kind: 'deferred', code: 'timeout', reason: 'there was no time left to send it' }
      // Never left to the library, which repairs some of them into addresses of other people.
      if (!/^[^\s<>]+@[^\s<>@]+$/.test(message.to))
        return refused({
          kind: 'refused',
          code: 'address',
          reason: 'is no address that a mail can go to',
          suppress: 'invalid',
        })
      return send(message, signal)
    },
    receive: () => Promise.resolve(null),
    close: () => transport.close(),
  }
}

type Sender = { name: string; address: string }

function parseSender(from: string): Sender {
  const [, name, address] = /^(.*)<([^<>]+)>$/.exec(from) ?? [null, '', from]
  return { name: name!.trim().replace(/^"(.*)"$/, '$1'), address: address!.trim() }
}

/** A password must not be readable on the way, not even when somebody removes the server's offer of encryption. */
function sendsSecrets(url: string): boolean {
  const { hostname, username } = new URL(url)
  return username !== '' && !/^(localhost|127\..*|\[::1\])$/.test(hostname)
}

function toMail(message: Message, from: Sender) {
  return {
    from,
    to: { name: '', address: message.to },
    envelope: { from: from.address, to: message.to },
    messageId: `<${message.id}.${message.delivery}@${from.address.split('@').at(-1)}>`,
    subject: message.subject,
    text: message.text,
    html: message.html,
    headers: message.headers,
    xMailer: false as const,
  }
}
