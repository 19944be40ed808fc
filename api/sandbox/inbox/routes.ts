import { Hono, type Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import { basePath } from 'hono/route'
import type { EndpointsDesk } from '../endpoints/api.ts'
import type { Mail, Post, Sms } from '../mailbox.ts'
import type { ResendDesk } from '../resend/api.ts'
import type { TwilioDesk } from '../twilio/api.ts'
import { reply } from '../twilio/replies.ts'
import { endpointPage, endpointsPage } from './endpoint-pages.ts'
import { faultsPage } from './faults-page.ts'
import { setFault } from './fault-form.ts'
import { page, type Tab } from './layout.ts'
import { mailPage, mailsPage } from './mail-pages.ts'
import { unsubscribeByOneClick } from './one-click.ts'
import { phonePage, phonesPage } from './phone-pages.ts'

export type Desk = ResendDesk & TwilioDesk & EndpointsDesk
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** Mails bring their own styles and pictures; nothing here runs a script. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; font-src * data:; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** What a person sees of the sandbox, and the same as JSON for tests. */
export function inbox(desk: Desk, memory: Memory): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', policy)
    c.header('cache-control', 'no-store')
  })
  showPages(app, desk)
  takeActions(app, desk, memory)
  answerJson(app, desk, memory)
  return app
}

type Memory = { messages(): (Mail | Sms | Post)[]; clear(): void }

function showPages(app: Hono, desk: Desk): void {
  const show = (c: Context, tab: Tab, content: Html, refresh = false) =>
    c.html(page({ base: base(c), tab, desk, content, refresh }))
  app.get('/', (c) => {
    const query = c.req.query('q') ?? ''
    return show(c, 'mail', mailsPage(desk, base(c), query), query === '')
  })
  app.get('/mail/:id', (c) => {
    const mail = desk.mails.get(c.req.param('id'))
    return mail
      ? show(c, 'mail', mailPage(mail, base(c), c.req.query('one_click') ?? ''))
      : c.redirect(`${base(c)}/`, 303)
  })
  app.get('/phones', (c) => show(c, 'phones', phonesPage(desk, base(c)), true))
  app.get('/phones/:number', (c) =>
    show(c, 'phones', phonePage(desk, base(c), c.req.param('number'))),
  )
  app.get('/endpoints', (c) => show(c, 'endpoints', endpointsPage(desk, base(c)), true))
  app.get('/endpoints/:url', (c) =>
    show(c, 'endpoints', endpointPage(desk, base(c), c.req.param('url'))),
  )
  app.get('/faults', (c) => show(c, 'faults', faultsPage(desk, base(c))))
}

function takeActions(app: Hono, desk: Desk, memory: Memory): void {
  app.post('/mail/:id/unsubscribe', async (c) => {
    const mail = desk.mails.get(c.req.param('id'))
    const outcome = mail && (await unsubscribeByOneClick(mail, desk.options.fetch))
    return c.redirect(`${base(c)}/mail/${c.req.param('id')}?one_click=${outcome ?? 'gone'}`, 303)
  })
  app.post('/phones/:number/reply', async (c) => {
    const number = c.req.param('number')
    const text = String((await c.req.parseBody())['text'] ?? '').trim()
    if (text !== '') await reply(number, text, desk)
    return c.redirect(`${base(c)}/phones/${encodeURIComponent(number)}#latest`, 303)
  })
  app.post('/faults', async (c) => {
    const isJson = c.req.header('content-type')?.includes('json') ?? false
    const refused = setFault(
      isJson ? await c.req.json().catch(() => null) : await c.req.parseBody(),
      desk.faults,
    )
    if (refused !== null) return c.json({ message: refused }, 422)
    return isJson ? c.json({ faults: desk.faults.list() }) : c.redirect(`${base(c)}/faults`, 303)
  })
  app.post('/messages/clear', (c) => {
    memory.clear()
    return c.redirect(`${base(c)}/`, 303)
  })
}

function answerJson(app: Hono, desk: Desk, memory: Memory): void {
  app.get('/messages.json', (c) => {
    const to = c.req.query('to')
    const messages = memory.messages().filter((message) => to === undefined || message.to === to)
    const { mails, texts, posts } = desk
    return c.json({
      accepted: { email: mails.total, sms: texts.total, post: posts.total },
      duplicates: { email: mails.duplicates, sms: texts.duplicates, post: posts.duplicates },
      recipients: Object.fromEntries(
        [mails, texts, posts].flatMap(({ recipients }) => [...recipients]),
      ),
      messages,
    })
  })
  app.delete('/messages', (c) => {
    memory.clear()
    return c.body(null, 204)
  })
  app.get('/faults.json', (c) => c.json({ faults: desk.faults.list() }))
}

/** Where the sandbox is mounted, without a slash at the end. */
function base(c: Context): string {
  return basePath(c).replace(/\/+$/, '')
}
