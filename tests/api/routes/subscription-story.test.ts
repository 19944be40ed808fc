import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp, type App } from '../../../api/app.ts'
import { siteRenderer } from '../../../api/site.ts'
import { render } from '../../support/site.ts'
import { openTrouble, tellingWorld, tick, type Telling } from '../../support/telling.ts'

let w: Telling
let app: App

beforeEach(async () => {
  w = await tellingWorld()
  w.deps.store = { serve: () => null } as never
  w.deps.render = siteRenderer({ render }, () => app)
  app = createApp(w.deps)
})
afterEach(() => w[Symbol.asyncDispose]())

async function visit(url: string, fields?: Record<string, string>): Promise<string> {
  const post = fields && { method: 'POST', body: new URLSearchParams(fields) }
  const answer = await app.fetch(new Request(new URL(url, 'http://status.example'), post))
  expect(answer.status).toBe(200)
  return answer.text()
}

/** The action of the page's own form, as a browser would post it. */
function actionIn(html: string, path: string): string {
  const [, action] = new RegExp(`action="(${path}[^"]*)"`).exec(html) ?? []
  return action!.replaceAll('&amp;', '&')
}

test('subscribe by mail, confirm with its link, hear of trouble, leave by its link', async () => {
  const asked = await visit('/subscribe', { channel: 'email', address: 'ada@example.com' })
  expect(asked).toContain('Check your inbox')
  await tick(w.deps)
  const [invitation] = w.post.sandbox.mails.all()
  expect(invitation!.to).toBe('ada@example.com')
  expect(invitation!.headers['List-Unsubscribe']).toBeUndefined()
  const [link] = /http:\/\/status\.example\/subscriptions\/confirm\S+/.exec(invitation!.text)!
  const done = await visit(actionIn(await visit(link!), '/subscriptions/confirm'), {})
  expect(done).toContain('You are subscribed')

  await openTrouble(w.deps)
  await tick(w.deps)
  const news = w.post.sandbox.mails.all()[1]!
  expect(news.text).toContain('Checkout is slow')
  const [, leave] = /^<(.+)>$/.exec(news.headers['List-Unsubscribe']!)!
  expect(await visit(leave!, { 'List-Unsubscribe': 'One-Click' })).toBe('')

  await openTrouble(w.deps, { name: 'More trouble' })
  await tick(w.deps)
  expect(w.post.sandbox.mails.total).toBe(2)
})

test('subscribe by SMS, confirm with its code, choose on the manage page', async () => {
  const number = { channel: 'sms', address: '+44 7700 900123', consent: 'yes' }
  expect(await visit('/subscribe', number)).toContain('Enter the code')
  await tick(w.deps)
  const [text] = w.post.sandbox.texts.all()
  expect(text!.to).toBe('+447700900123')
  const code = /\b\d{6}\b/.exec(text!.text)![0]
  const done = await visit('/subscribe/verify', { address: '+447700900123', code })
  const manage = /href="(\S+\/subscriptions\/manage\S+?)"/.exec(done)![1]!
  const page = await visit(manage)
  expect(page).toContain('+44•••0123')
  const choice = { events: 'maintenance', min_impact: 'none', action: 'save' }
  expect(await visit(actionIn(page, '/subscriptions/manage'), choice)).toContain('Saved')

  await openTrouble(w.deps)
  await tick(w.deps)
  expect(w.post.sandbox.texts.total).toBe(1)
})
