import { createServer, type AddressInfo, type Socket } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail as it arrived, with the envelope it came in. */
export type Arrived = { from: string; to: string[]; raw: string; mail: Email }

/** Signed by itself, for 127.0.0.1, until 2126; it protects nothing. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWYE5jSnslLjHv/20
Ios+v3RbqGch8fcmP/dSKolq1cuhRANCAARRO1eIfqM7p0rc4lUeyLhR5hsRdCTm
SmrJa2OU9LcikPhxFs2olR6stwnQAcZDKzEyAAoPe28LYQUlp5bc15HG
-----END PRIVATE KEY-----`
const cert = `-----BEGIN CERTIFICATE-----
MIIBlzCCATygAwIBAgIUdNReRWXbK1hB12GOALSW+eDLniUwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbWFpbC5leGFtcGxlMCAXDTI2MTEyMTA2MzYxMVoYDzIxMjYx
MDI4MDYzNjExWjAXMRUwEwYDVQQDDAxtYWlsLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAARRO1eIfqM7p0rc4lUeyLhR5hsRdCTmSmrJa2OU9LcikPhx
Fs2olR6stwnQAcZDKzEyAAoPe28LYQUlp5bc15HGo2QwYjAdBgNVHQ4EFgQU43lk
4TSkNOqBubHxnZCgYJrWddkwHwYDVR0jBBgwFoAU43lk4TSkNOqBubHxnZCgYJrW
ddkwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMC
A0kAMEYCIQCgBx1XqVPC1+Ye32oeThIGqJF0qYO2QQy+yj3PrBvxDQIhAJBsOg/n
rD16RyZCGV5cC5Eaq/hhbig7rKEKI5nCY1K8
-----END CERTIFICATE-----`

/** For any server on loopback that must speak TLS. */
export const selfSigned = { key, cert }

export type MailServer = {
  url: string
  arrived: Arrived[]
  /** Connections that are open now. */
  connections(): number
  close(): Promise<void>
}

/** A real SMTP server on loopback that keeps what it is sent; by default it offers neither TLS nor a login. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const arrived: Arrived[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    key,
    cert,
    closeTimeout: 100,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks)
        arrived.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          to: envelope.rcptTo.map(({ address }) => address),
          raw: raw.toString('latin1'),
          mail: await PostalMime.parse(raw),
        })
        done(null)
      })
    },
    ...options,
  })
  // A client that hangs up on our certificate is none of the server's business.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    arrived,
    connections: () => server.connections.size,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** What a rude server answers at each step of a session. */
export type Manners = Partial<
  Record<'greeting' | 'EHLO' | 'MAIL' | 'RCPT' | 'DATA' | 'middle' | 'end', string>
>

const polite: Record<string, string> = {
  greeting: '220 rude.example ESMTP',
  EHLO: '250-rude.example\r\n250 8BITMIME',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  end: '250 2.0.0 taken',
  RSET: '250 2.0.0 forgotten',
  QUIT: '221 2.0.0 bye',
}

/** A server that answers what it is told to: `cut` ends the connection, `silence` says nothing. */
export async function rudeServer(manners: Manners) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    const answer = (step: string) => {
      const said = manners[step as keyof Manners] ?? polite[step]
      if (said === 'cut') socket.destroy()
      else if (said !== 'silence' && said !== undefined) socket.write(`${said}\r\n`)
    }
    let heard = ''
    let takesData = false
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
      if (takesData) {
        if (manners.middle) return answer('middle')
        if (!heard.endsWith('\r\n.\r\n')) return
        takesData = false
        heard = ''
        return answer('end')
      }
      for (let end = heard.indexOf('\r\n'); end >= 0; end = heard.indexOf('\r\n')) {
        const step = heard.slice(0, 4).toUpperCase()
        heard = heard.slice(end + 2)
        if (step === 'DATA') takesData = !manners.DATA?.match(/^[45]/)
        answer(step)
      }
    })
    answer('greeting')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
