import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../api/actions/access/keys.ts'
import { suppress } from '../../api/actions/subscribers/suppressions.ts'
import type { Scope } from '../../api/domain/words.ts'
import { imports, subscribers } from '../../db/schema.ts'
import { servedWorld, type Served } from '../support/http.ts'
import { adminKey } from '../support/service.ts'
import { subscribePeople } from '../support/shop.ts'
import { openTrouble, tick } from '../support/telling.ts'

const base = '/operator/subscribers'
let w: Served
let session: Record<string, string>

beforeAll(async () => {
  w = await servedWorld()
  session = await signIn(adminKey)
})
afterAll(() => w[Symbol.asyncDispose]())

async function signIn(key: string) {
  const answer = await w.form('/operator/sign-in', { key })
  return { cookie: answer.headers.get('set-cookie')!.split(';')[0]! }
}

async function withScopes(...scopes: Scope[]) {
  const { token } = await createKey(w.deps, { id: 'x', requestId: null }, { name: 'x', scopes })
  return signIn(token)
}

/** What Astro adds to elements so that a component's styles stay its own. */
const scope = / data-astro-cid-\w+(="true")?/g

async function look(path: string, headers = session) {
  const answer = await w.api(path, { headers: { authorization: '', ...headers } })
  const html = (await answer.text()).replaceAll(scope, '')
  return { status: answer.status, headers: answer.headers, html }
}

async function upload(fields: Record<string, string | File>, headers = session) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  const answer = await w.app.fetch(
    new Request(`http://status.example${base}/import`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body,
    }),
  )
  const html = (await answer.text()).replaceAll(scope, '')
  return { status: answer.status, headers: answer.headers, html }
}

const list = (text: string) => new File([text], 'list.csv', { type: 'text/csv' })
const words = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('the list', () => {
  beforeAll(async () => {
    await subscribePeople(w.deps, 60)
    await subscribePeople(w.deps, 2, 'sms')
    const [first] = await w.deps.db.select().from(subscribers)
    await w.deps.db.write(suppress(w.deps, first!, 'bounce', 'no mailbox'))
  })

  test('counts by channel and state, and leads to each kind', async () => {
    const { html } = await look(base)
    expect(words(html)).toContain('Email 60 0 0 0 SMS 2 0 0 0')
    expect(html).toContain(`href="${base}?channel=sms&amp;state=active"`)
    expect(html).toContain('1 subscriber gets nothing')
  })

  test('pages through the newest first and keeps what was asked', async () => {
    const first = await look(`${base}?channel=email`)
    expect(first.html.match(/<li class="row"/g)).toHaveLength(50)
    expect(words(first.html)).toContain('60 subscribers')
    expect(words(first.html)).toContain('Page 1 of 2')
    expect(first.html).toContain(`href="${base}?channel=email&amp;page=2"`)
    const second = await look(`${base}?channel=email&page=2`)
    expect(second.html.match(/<li class="row"/g)).toHaveLength(10)
    expect(second.html).toMatch(/<option value="email" selected/)
  })

  test('says who gets nothing, since when and why', async () => {
    const { html } = await look(`${base}?suppressed=true`)
    expect(words(html)).toContain('Gets nothing since 21 Nov 2026, 13:00 CET: messages came back')
    expect(html.match(/<li class="row"/g)).toHaveLength(1)
  })

  test('finds a part of an address, and shows what was searched as words', async () => {
    const { html } = await look(`${base}?search=${encodeURIComponent('person59@')}&state=`)
    expect(words(html)).toContain('1 subscriber')
    const evil = await look(`${base}?search=${encodeURIComponent('"><script>1</script>')}`)
    expect(evil.html).not.toContain('"><script>')
    expect(words(evil.html)).toContain('Nobody matches this.')
  })

  test('refuses what it does not know', async () => {
    expect((await look(`${base}?state=happy`)).status).toBe(422)
    expect((await look(`${base}?page=0`)).status).toBe(422)
  })
})

describe('one subscriber', () => {
  const id = 'email0000001'

  test('is shown with choices, consent and what they were told', async () => {
    await openTrouble(w.deps)
    await tick(w.deps)
    const { html } = await look(`${base}/${id}`)
    const text = words(html)
    for (const part of [
      'person1@example.com',
      'All components',
      'Incidents, Scheduled maintenance, Post-mortems',
      '21 Nov 2026, 13:00 CET, test, words 1',
      'Checkout is slow',
      'accepted by the provider',
      'Request ',
    ])
      expect(text).toContain(part)
    expect(html).not.toContain(`${base}/${id}/ask-again`)
  })

  test('who left before confirming has not consented', async () => {
    await w.deps.db
      .update(subscribers)
      .set({ state: 'unsubscribed', confirmedAt: null, unsubscribedAt: w.clock.now() })
      .where(eq(subscribers.id, 'sms000000000'))
    const { html } = await look(`${base}/sms000000000`)
    expect(words(html)).toContain('not answered yet')
    expect(words(html)).not.toContain('words 1')
  })

  test('in quarantine is asked again', async () => {
    const quarantined = 'email0000000'
    const { html } = await look(`${base}/${quarantined}`)
    expect(html).toContain(`action="${base}/${quarantined}/ask-again"`)
    expect(words(html)).toContain('no mailbox')
    w.clock.advance(1)
    const asked = await w.form(`${base}/${quarantined}/ask-again`, {}, session)
    expect(asked.headers.get('location')).toBe(`${base}/${quarantined}?asked`)
    const after = await look(`${base}/${quarantined}?asked`)
    expect(words(after.html)).toContain('They have been asked')
    const again = await w.form(`${base}/${quarantined}/ask-again`, {}, session)
    expect(again.status).toBe(429)
    expect(await again.text()).toContain('That did not work')
  })

  test('is handed out as JSON', async () => {
    const answer = await look(`${base}/${id}/export.json`)
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="subscriber-${id}.json"`,
    )
    expect(JSON.parse(answer.html)).toMatchObject({
      subscriber: { address: 'person1@example.com' },
    })
  })

  test('is erased with a second press', async () => {
    const { html } = await look(`${base}/${id}`)
    expect(html).toMatch(
      /<details class="action">[\s\S]*Erase…[\s\S]*Erase for good[\s\S]*<\/details>/,
    )
    const erased = await w.form(`${base}/${id}/erase`, {}, session)
    expect(erased.headers.get('location')).toBe(`${base}/${id}`)
    const after = await look(`${base}/${id}`)
    expect(after.html).not.toContain('person1@')
    expect(words(after.html)).toContain('Erased subscriber')
    expect(after.html).not.toContain('Erase for good')
  })

  test('that nobody knows is not found', async () => {
    expect((await look(`${base}/nobody000000`)).status).toBe(404)
  })
})

describe('an import', () => {
  const text =
    'channel,address,note\nemail,new@example.com,x\nemail,"nobody\n<b>",x\nemail,person2@example.com,x\n'

  test('is checked first, told by line, and then done with one press', async () => {
    const before = (await w.deps.db.select().from(subscribers)).length
    const checked = await upload({ file: list(text), confirmed: 'on', step: 'check' })
    expect(checked.status).toBe(200)
    const said = words(checked.html)
    expect(said).toContain('Nothing is saved and nothing is sent yet.')
    expect(said).toContain('Line 3 address: is no email address')
    expect(said).toContain('Columns that are not read: note.')
    expect(said).toContain('Import this one')
    expect((await w.deps.db.select().from(subscribers)).length).toBe(before)

    const carried = /<textarea name="csv"[^>]*>([\s\S]*?)<\/textarea>/.exec(checked.html)![1]!
    const csv = carried
      .replace('\n', '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#34;', '"')
    expect(csv).toBe(text)
    const form = {
      csv: csv.replaceAll('\n', '\r\n'),
      confirmed: 'on',
      step: 'import',
      form_key: 'k1',
    }
    const [begun, twice] = [await upload(form), await upload(form)]
    expect(begun.status).toBe(303)
    expect(twice.headers.get('location')).toBe(begun.headers.get('location'))
    await w.settled()
    const done = await look(begun.headers.get('location')!)
    expect(words(done.html)).toContain('Imported')
    expect(words(done.html)).toContain('Line 3 address: is no email address')
    expect(done.headers.get('refresh')).toBeNull()
    const [row] = await w.deps.db
      .select()
      .from(subscribers)
      .orderBy(subscribers.seq)
      .then((all) => all.slice(-1))
    expect(row).toMatchObject({ address: 'new@example.com', state: 'active' })
    expect(await w.deps.db.select().from(imports)).toHaveLength(2)
  })

  test('of people who have not agreed says that each is asked', async () => {
    const { html } = await upload({
      file: list('email\na@example.com\nb@example.com\n'),
      step: 'check',
    })
    expect(words(html)).toContain('Import these 2 and ask each to confirm')
    expect(html).not.toContain('name="confirmed"')
  })

  test('that is under way refreshes by itself and draws how far it is', async () => {
    await w.deps.db.insert(imports).values({
      id: 'running00000',
      state: 'running',
      dryRun: false,
      confirmed: true,
      total: 1000,
      seen: 400,
      imported: 390,
      refused: [],
      actor: 'x',
      createdAt: w.clock.now(),
      updatedAt: w.clock.now(),
    })
    const { html, headers } = await look(`${base}/imports/running00000`)
    expect(headers.get('refresh')).toBe('2')
    expect(html).toMatch(/<progress aria-label="400 of 1,000 lines" max="1000" value="400"/)
    w.clock.advance(120_000)
    const stale = await look(`${base}/imports/running00000`)
    expect(stale.headers.get('refresh')).toBeNull()
    expect(words(stale.html)).toContain('The import ended in the middle')
  })

  test('of a large list asks for the file again instead of carrying it', async () => {
    const { html } = await upload({
      file: list(`email\na@example.com\n${'\n'.repeat(1024 * 1024)}`),
      step: 'check',
    })
    expect(html).not.toContain('<textarea')
    expect(words(html)).toContain('Choose the same file again')
  })

  test('of something that is no list says why', async () => {
    const { status, html } = await upload({ file: list('name\nada\n'), step: 'check' })
    expect(status).toBe(422)
    expect(words(html)).toContain('without channel and address')
    expect(html).toContain('type="file"')
  })
})

describe('who may', () => {
  test('nobody without a session: they are led to the sign-in', async () => {
    for (const path of ['', '/import', '/export.csv', '/email0000002', '/imports/running00000']) {
      const answer = await look(`${base}${path}`, {} as typeof session)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/operator/sign-in'])
    }
    expect(
      (await upload({ file: list('email\n'), step: 'check' }, {} as typeof session)).status,
    ).toBe(401)
  })

  test('a key that may read sees no buttons that change something, and its forms are refused', async () => {
    const reader = await withScopes('read', 'subscribers:read')
    const { html } = await look(`${base}/email0000002`, reader)
    expect(html).not.toContain('Erase')
    expect((await look(base, reader)).html).not.toContain('Import a list')
    expect((await w.form(`${base}/email0000002/erase`, {}, reader)).status).toBe(403)
    expect((await upload({ file: list('email\n'), step: 'check' }, reader)).status).toBe(403)
    expect((await look('/operator', reader)).html).toContain(`href="${base}"`)
  })

  test('a key that may not read them sees none', async () => {
    const other = await withScopes('read')
    expect((await look(base, other)).status).toBe(403)
    expect((await look('/operator', other)).html).not.toContain(`href="${base}"`)
  })

  test("no other site's page: its forms are refused", async () => {
    const foreign = { ...session, 'sec-fetch-site': 'cross-site' }
    expect((await w.form(`${base}/email0000002/erase`, {}, foreign)).status).toBe(403)
    expect((await upload({ file: list('email\n'), step: 'check' }, foreign)).status).toBe(403)
  })

  test('export by session', async () => {
    const { html, headers } = await look(`${base}/export.csv?state=active`)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(html).toContain('person2@example.com')
  })
})
