import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKey } from '../../../api/actions/access/keys.ts'
import { findProbe } from '../../../api/actions/probes/probes.ts'
import { nodeProbers } from '../../../api/node/probers.ts'
import { probes } from '../../../db/schema.ts'
import { servedWorld, type Served } from '../../support/http.ts'
import { broken, checks, scripted } from '../../support/probed.ts'
import { adminKey } from '../../support/service.ts'
import { shop } from '../../support/shop.ts'
import { operator } from '../../support/telling.ts'

const onNode = nodeProbers({ allow: [], reaching: (others) => others, userAgent: 'tests' })
let served: Served
let script: ReturnType<typeof scripted>
let cookie: string

beforeEach(async () => {
  served = await servedWorld()
  script = scripted()
  served.deps.probers = script.probers
  // What the machine cannot ask is refused when the probe is made.
  script.probers.http.complaintsAbout = onNode.http.complaintsAbout!
  cookie = await signIn(adminKey)
})
afterEach(() => served[Symbol.asyncDispose]())

async function signIn(key: string): Promise<string> {
  const answer = await served.form('/operator/sign-in', { key })
  return answer.headers.get('set-cookie')!.split(';')[0]!
}

const base = '/operator/probes'
const url = 'https://shop.example/health'
const send = (path: string, fields: Record<string, string>) =>
  served.form(`${base}/${path}`, fields, { cookie })
const probe = (key: string) => findProbe(served.deps, key)

async function open(path = '') {
  const answer = await served.api(`${base}${path}`, { headers: { authorization: '', cookie } })
  return { status: answer.status, ...textsIn(await answer.text()) }
}

/** A page as it is written, and as it is read. */
function textsIn(written: string) {
  const html = written.replaceAll(/ data-astro-cid-\w+(="true")?/g, '')
  const text = html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ')
  return { html, text }
}

describe('a probe from a form', () => {
  const whose = { component: shop.checkout, key: '' }

  test.each<[string, Record<string, string>, object]>([
    [
      'http',
      {
        url,
        method: 'POST',
        headers: 'Authorization: Bearer hush\r\nX-Shop: corner: 1\r\n',
        body: '{\r\n}',
        no_body: '',
        expect_status: '200, 3xx',
        expect_text: ' ok ',
        max_redirects: '0',
        tls_expiry_days: '0',
        'json.0.path': '$.status',
        'json.0.is': 'equals',
        'json.0.value': 'ok',
        'json.1.path': '',
        'json.1.is': 'equals',
        'json.1.value': '',
        'json.2.path': '$.queue',
        'json.2.is': 'less_than',
        'json.2.value': '10',
        'json.3.path': '$.closed',
        'json.3.is': 'missing',
        'json.3.value': '',
        'json.4.path': '$.open',
        'json.4.is': 'equals',
        'json.4.value': 'true',
      },
      {
        url,
        method: 'POST',
        headers: { Authorization: 'Bearer hush', 'X-Shop': 'corner: 1' },
        body: '{\n}',
        expect_status: [200, '3xx'],
        expect_text: ' ok ',
        max_redirects: 0,
        tls_expiry_days: [],
        expect_json: [
          { path: '$.status', equals: 'ok' },
          { path: '$.queue', less_than: 10 },
          { path: '$.closed', exists: false },
          { path: '$.open', equals: true },
        ],
      },
    ],
    ['tcp', { host: 'mail.example', port: '25', send: 'EHLO\r\n' }, { port: 25, send: 'EHLO\n' }],
    [
      'dns',
      { name: 'shop.example', record_type: 'MX', expect_records: '10 a\r\n20 b\r\n', resolver: '' },
      { record_type: 'MX', expect_records: ['10 a', '20 b'], resolver: null },
    ],
    ['tls', { host: 'shop.example', port: '' }, { port: 443 }],
    ['heartbeat', { every_ms: '1 day', grace_ms: '30 min' }, { every_ms: 86_400_000 }],
    [
      'metric',
      { down_above: '5,5', degraded_above: '', stale_after_ms: '1 h' },
      { down_above: 5.5, degraded_above: null, stale_after_ms: 3_600_000 },
    ],
  ])(
    'by %s asks what was typed, and is named after its component',
    async (kind, typed, question) => {
      const answer = await send(`new/${kind}`, { ...whose, ...typed })
      const made = await probe(`checkout-${kind}`)
      expect(answer.headers.get('location')).toBe(`${base}/${made.id}?made`)
      expect(made.question).toMatchObject(question)
      expect((await open(`/${made.id}`)).text).toContain(`checkout-${kind}`)
    },
  )

  test('is judged as usual where nothing is typed, and as typed where something is', async () => {
    const empty = { interval_ms: '', timeout_ms: '', degraded_ms: '', slow_count: '' }
    await send('new/http', { ...whose, url, ...empty, latency_window: '' })
    expect(await probe('checkout-http')).toMatchObject({
      intervalMs: 30_000,
      timeoutMs: 10_000,
      degradedMs: null,
      latencyPercentile: 0.6,
      latencyWindow: 5,
    })
    await send('new/http', {
      ...whose,
      url,
      interval_ms: '1 min',
      timeout_ms: '5 s',
      confirm_ms: '0',
      degraded_ms: '800ms',
      slow_count: '2',
      latency_window: '20',
      status_when_down: 'partial_outage',
      opens_incident: 'public',
      severity: 'SEV-1',
      all_clear: 'auto',
      watch_ms: '1 h 30 min',
    })
    expect(await probe('checkout-http-2')).toMatchObject({
      intervalMs: 60_000,
      timeoutMs: 5000,
      confirmMs: 0,
      degradedMs: 800,
      latencyPercentile: 0.95,
      latencyWindow: 20,
      statusWhenDown: 'partial_outage',
      opensIncident: 'public',
      severity: 'SEV-1',
      allClear: 'auto',
      watchMs: 5_400_000,
    })
  })

  test('is made once by a double click', async () => {
    const form = { ...whose, url, form_key: 'once' }
    const [one, two] = await Promise.all([1, 2].map(() => send('new/http', form)))
    expect(one!.headers.get('location')).toBe(two!.headers.get('location'))
    expect(await served.deps.db.$count(probes)).toBe(1)
  })

  test.each<[string, Record<string, string>, string]>([
    ['a length that is none', { interval_ms: '30' }, 'must be a length of time such as 30 s'],
    ['an interval too short', { interval_ms: '10 ms' }, 'must be 1 s to 1 day'],
    [
      'a wait beyond the interval',
      { interval_ms: '5 s', timeout_ms: '6 s' },
      'must be at least 100 ms, at most 1 min and at most “Asked every”',
    ],
    ['no target', { url: '' }, 'is needed'],
    ['no component', { component: '' }, 'is needed'],
    ['a password in the URL', { url: 'https://a:b@c.example/' }, 'must not hold a user name'],
    ['a header without a value', { headers: 'Authorization' }, 'this is not: Authorization'],
    ['a header twice', { headers: 'A: 1\r\na: 2' }, 'is there twice: a'],
    ['more slow ones than answers', { slow_count: '6' }, 'must be 1 to 5'],
    ['a path that is none', { 'json.0.path': '$[', 'json.0.value': 'x' }, 'JSONPath'],
    ['days that are none', { tls_expiry_days: 'soon' }, 'must be whole days'],
    ['a name that is taken', { key: 'taken' }, 'there is a probe "taken" already'],
  ])('with %s comes back with what was typed', async (_, typed, sentence) => {
    await send('new/http', { ...whose, url, key: 'taken' })
    const form = { ...whose, url, expect_text: 'my "own" words', ...typed }
    const answer = await send('new/http', form)
    expect([409, 422]).toContain(answer.status)
    const { html, text } = textsIn(await answer.text())
    expect(text).toContain(sentence)
    expect(/name="expect_text"[^>]*value="my &(quot|#34);own&\1; words"/.test(html)).toBe(true)
    expect(await served.deps.db.$count(probes)).toBe(1)
  })
})

describe('the form of a probe that is kept', () => {
  beforeEach(async () => {
    const headers = { authorization: 'Bearer hush', 'x-shop': 'corner' }
    await served.api('/api/admin/probes', {
      method: 'POST',
      body: { key: 'p', component: 'checkout', url, method: 'POST', headers, body: 'hush-body' },
    })
  })

  test('shows what is set, but no secret', async () => {
    const { id } = await probe('p')
    const { html, text } = await open(`/${id}/edit`)
    expect(html).toContain(`value="${url}"`)
    expect(html).toContain('value="30 s"')
    expect(text).toContain('Remove authorization')
    expect(text).toContain('One is set. Left empty, it stays.')
    expect(html).not.toContain('hush')
  })

  test('keeps secrets that nobody touched, replaces and removes the others', async () => {
    const { id } = await probe('p')
    await send(`${id}/edit`, { url, headers: '', body: '', interval_ms: '1 min' })
    const { headers } = (await probe('p')).question as { headers: object }
    expect(headers).toEqual({ authorization: 'Bearer hush', 'x-shop': 'corner' })
    expect(await probe('p')).toMatchObject({ intervalMs: 60_000, question: { body: 'hush-body' } })
    const change = { url, headers: 'Authorization: Bearer new', 'header_gone[]': 'x-shop' }
    const answer = await send(`${id}/edit`, { ...change, body: '', no_body: 'on' })
    expect(answer.headers.get('location')).toBe(`${base}/${id}?saved`)
    const after = (await probe('p')).question
    expect(after).toMatchObject({ headers: { Authorization: 'Bearer new' }, body: '' })
  })

  test('sent as it was shown changes nothing', async () => {
    const expect_json = [
      { path: '$.a', equals: '12' },
      { path: '$.b', equals: null },
      { path: '$.c', contains: 'x' },
      { path: '$.d', exists: false },
    ]
    await served.api('/api/admin/probes/p', {
      method: 'PATCH',
      body: { expect_json, latency_percentile: 0.95, latency_window: 20, tls_expiry_days: [] },
    })
    const before = await probe('p')
    const { html } = await open(`/${before.id}/edit`)
    await send(`${before.id}/edit`, fieldsOf(html))
    const { version: _v, updatedAt: _u, ...after } = await probe('p')
    expect(before).toMatchObject(after)
  })
})

const unescaped = (text: string) =>
  text.replaceAll('&#34;', '"').replaceAll('&quot;', '"').replaceAll('&#39;', "'")

/** What a browser would send of a form that nobody touched. */
function fieldsOf(html: string): Record<string, string> {
  const [form] = /<form[^>]*class="settings"[\s\S]*?<\/form>/.exec(html)!
  const fields: Record<string, string> = {}
  for (const [, attributes] of form.matchAll(/<input([^>]*)>/g)) {
    const [, name] = /name="([^"]*)"/.exec(attributes!) ?? []
    if (!name || attributes!.includes('type="checkbox"')) continue
    fields[name] = unescaped(/value="([^"]*)"/.exec(attributes!)?.[1] ?? '')
  }
  for (const [, name, text] of form.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</g))
    fields[name!] = unescaped(text!)
  for (const [, name, options] of form.matchAll(
    /<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select/g,
  ))
    fields[name!] = chosenOf(options!)
  return fields
}

function chosenOf(options: string): string {
  const chosen = /<option value(?:="([^"]*)")? selected/.exec(options)
  return (chosen ?? /<option value(?:="([^"]*)")?/.exec(options))?.[1] ?? ''
}

describe('trying', () => {
  test('shows the answer, keeps what was typed, and makes nothing', async () => {
    script.answers.set(url, broken)
    const typed = { url, component: '', headers: 'X-Key: typed', interval_ms: '1 min' }
    const answer = await send('new/http/try', typed)
    expect(answer.status).toBe(200)
    const { html, text } = textsIn(await answer.text())
    expect(text).toContain('Bad answer, in 80 ms, status 503')
    expect(text).toContain('Nothing was saved.')
    expect(html).toContain('value="1 min"')
    expect(html).toContain('X-Key: typed')
    expect(await served.deps.db.$count(probes)).toBe(0)
  })

  test('asks with the secrets that are kept, by what the form says now', async () => {
    const body = { key: 'p', component: 'checkout', url, headers: { authorization: 'hush' } }
    await served.api('/api/admin/probes', { method: 'POST', body })
    const { id } = await probe('p')
    const other = `${url}?deep`
    const answer = await send(`${id}/edit/try`, { url: other, headers: '' })
    const { html, text } = textsIn(await answer.text())
    expect(text).toContain(`The answer of ${other}`)
    expect(html).not.toContain('hush')
    expect(script.asked).toMatchObject([{ url: other, headers: { authorization: 'hush' } }])
    expect((await probe('p')).question).toMatchObject({ url })
  })

  test('what cannot be asked is refused beside its field', async () => {
    const answer = await send('new/http/try', { url: 'ftp://shop.example/' })
    expect(answer.status).toBe(422)
    const { text } = textsIn(await answer.text())
    expect(text).toContain('Nothing was asked')
    expect(text).toContain('must be an http or https URL')
  })
})

describe('a probe on the console', () => {
  test('that fails stands first, with its word, reason and next check', async () => {
    for (const key of ['a-well', 'b-ill'])
      await served.api('/api/admin/probes', {
        method: 'POST',
        body: { key, component: 'checkout', url: `${url}?${key}`, opens_incident: 'no' },
      })
    script.answers.set(`${url}?b-ill`, broken)
    await checks(served, 4)
    const { text } = await open()
    expect(text).toContain('2 probes, 1 is failing')
    expect(text).toMatch(/b-ill Down since .* answered 503 instead of 2xx Last answer/)
    expect(text).toMatch(/a-well Up since .* Last answer .* ago, 120 ms, next (in \d+ s|at once)/)
    expect(text.indexOf('b-ill')).toBeLessThan(text.indexOf('a-well'))
    expect((await open('?state=failing')).text).not.toContain('a-well')
    expect((await open('?search=B-IL')).text).toContain('b-ill')
    expect((await open('?kind=dns')).text).toContain('No probe like this.')
    expect((await open('?state=ill')).status).toBe(422)
  })

  test('is paused and resumed', async () => {
    await send('new/http', { component: shop.checkout, url })
    const { id } = await probe('checkout-http')
    await send(`${id}/pause`, {})
    expect(await probe(id)).toMatchObject({ paused: true })
    expect((await open(`/${id}`)).text).toContain('It asks nothing and has no say in the status.')
    await send(`${id}/resume`, {})
    expect(await probe(id)).toMatchObject({ paused: false })
  })

  test('is deleted, and the list says so once', async () => {
    await send('new/http', { component: shop.checkout, url })
    const { id } = await probe('checkout-http')
    expect((await open(`/${id}`)).text).toContain('This cannot be undone.')
    const answer = await send(`${id}/delete`, {})
    expect(answer.headers.get('location')).toBe(`${base}?deleted=checkout-http`)
    const { text } = await open('?deleted=checkout-http')
    expect(text).toContain('checkout-http is deleted.')
    expect((await open(`/${id}`)).status).toBe(404)
    const list = await open('?deleted=%3Cb%3Ex%3C%2Fb%3E')
    expect(list.html).not.toContain('<b>x</b>')
  })

  test('that is told shows its address and gets another', async () => {
    await send('new/heartbeat', { component: shop.checkout, every_ms: '1 h' })
    const { id } = await probe('checkout-heartbeat')
    const address = async () =>
      /http:\/\/status\.example(\/hooks\/heartbeat\/[\w.-]+)/.exec((await open(`/${id}`)).html)![1]!
    const first = await address()
    expect((await served.api(first)).status).toBe(200)
    await send(`${id}/rotate`, {})
    expect((await served.api(first)).status).toBe(404)
    expect((await served.api(await address())).status).toBe(200)
  })

  test('is seen but not changed by a key that may read', async () => {
    await send('new/heartbeat', { component: shop.checkout, every_ms: '1 h' })
    const { id } = await probe('checkout-heartbeat')
    const given = { name: 'reader', scopes: ['read' as const] }
    cookie = await signIn((await createKey(served.deps, operator, given)).token)
    for (const path of ['', '/new', '/new/http', `/${id}`, `/${id}/edit`]) {
      const { status, html } = await open(path)
      expect(status).toBe(200)
      expect(html).not.toContain('/hooks/heartbeat/')
      expect(html).not.toMatch(/<form method="post" action="\/operator\/probes/)
    }
    expect((await send(`${id}/pause`, {})).status).toBe(403)
    expect((await send('new/http/try', { url })).status).toBe(403)
  })

  test.each(['/new/gopher', '/nobody', '/nobody/edit'])('%s is nowhere', async (path) => {
    expect((await open(path)).status).toBe(404)
  })
})

describe('the page of a component', () => {
  const page = `/operator/components/${shop.checkout}`
  const save = (fields: Record<string, string>) => served.form(page, fields, { cookie })
  const look = async () =>
    textsIn(await (await served.api(page, { headers: { authorization: '', cookie } })).text())

  test('tells of its probes, and changes what it needs', async () => {
    await send('new/http', { component: shop.checkout, url })
    expect((await look()).text).toContain('Its probes checkout-http')
    const answer = await save({ name: 'Paying', description: '', 'depends_on[]': shop.search })
    expect(answer.headers.get('location')).toBe(`${page}?saved`)
    const { html } = await look()
    expect(html).toContain('value="Paying"')
    expect(html).toMatch(new RegExp(`value="${shop.search}" checked`))
    await save({ name: 'Paying', description: '' })
    expect((await look()).html).not.toContain(' checked')
  })

  test('names the circle that it refuses, and keeps what was ticked', async () => {
    await save({ name: 'Checkout', description: '', 'depends_on[]': shop.search })
    const other = `/operator/components/${shop.search}`
    const form = { name: 'Find', description: '', 'depends_on[]': shop.checkout }
    const answer = await served.form(other, form, { cookie })
    expect(answer.status).toBe(422)
    const { html, text } = textsIn(await answer.text())
    expect(text).toContain('It needs: must not lead back: search -&gt; checkout -&gt; search')
    expect(html).toContain('value="Find"')
    expect(html).toMatch(new RegExp(`value="${shop.checkout}" checked`))
  })
})

describe('how the page is watched', () => {
  const page = '/operator/monitoring'
  const save = (fields: Record<string, string>) => served.form(page, fields, { cookie })

  test('is changed by a form', async () => {
    const canaries = 'https://one.example/\r\n\r\n https://two.example/ '
    const answer = await save({ canaries, uptime_target: '99,5' })
    expect(answer.headers.get('location')).toBe(`${page}?saved`)
    const settings = await (await served.api('/api/admin/page')).json()
    expect(settings).toMatchObject({
      canaries: ['https://one.example/', 'https://two.example/'],
      uptime_target: 99.5,
    })
  })

  test.each([
    ['a canary that is no URL', { canaries: 'one', uptime_target: '99' }, 'must be an http'],
    ['no target', { canaries: 'https://one.example/', uptime_target: '' }, 'such as 99.9'],
  ])('with %s comes back with what was typed', async (_, form, sentence) => {
    const answer = await save(form)
    expect(answer.status).toBe(422)
    const { html, text } = textsIn(await answer.text())
    expect(text).toContain(sentence)
    expect(html).toContain(`>${form.canaries}</textarea>`)
  })
})
