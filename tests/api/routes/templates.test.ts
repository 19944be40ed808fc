import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditLog, templates } from '../../../db/schema.ts'
import { administered, type Administered } from '../../support/administering.ts'

let served: Administered
let send: Administered['send']

beforeEach(async () => {
  served = await administered()
  send = served.send
})
afterEach(() => served[Symbol.asyncDispose]())

const worksAgain = {
  key: 'works-again',
  name: 'It works again',
  title: '{component} works again',
  body: '{components} work again since {time}.',
  status: 'resolved',
}
const probe = {
  key: 'checkout',
  component: 'checkout',
  kind: 'http',
  url: 'https://checkout.example/health',
}

describe('a template', () => {
  test('is kept, listed, found by id and by key, and on record', async () => {
    const made = await send('POST', 'templates', worksAgain)
    expect(made).toMatchObject({ status: 201, json: { ...worksAgain, used_by: [] } })
    expect((await send('GET', 'templates')).json).toEqual({ templates: [made.json] })
    for (const name of [made.json.id, 'works-again'])
      expect(await send('GET', `templates/${name}`)).toEqual({ status: 200, json: made.json })
    expect(await served.deps.db.select().from(auditLog)).toMatchObject([
      { actor: 'tester', action: 'template.create', object: `templates/${made.json.id}` },
    ])
  })

  test('needs no title and no status', async () => {
    const { json } = await send('POST', 'templates', { key: 'a', name: 'A', body: 'b' })
    expect(json).toMatchObject({ title: '', status: null })
  })

  test('is made once per Idempotency-Key, and once per key', async () => {
    const headers = { 'idempotency-key': 't' }
    const [one, two] = await Promise.all(
      [1, 2].map(() => send('POST', 'templates', worksAgain, headers)),
    )
    expect(two).toEqual(one)
    expect(await served.deps.db.$count(templates)).toBe(1)
    expect(await send('POST', 'templates', worksAgain)).toMatchObject({
      status: 409,
      json: { code: 'conflict', errors: [{ path: 'key' }] },
    })
  })

  test('is changed in part; its key stays', async () => {
    await send('POST', 'templates', worksAgain)
    served.clock.advance(1000)
    const { status, json } = await send('PATCH', 'templates/works-again', { body: 'It works.' })
    expect(status).toBe(200)
    expect(json).toMatchObject({ ...worksAgain, body: 'It works.' })
    expect(json.updated_at > json.created_at).toBe(true)
    expect(await send('PATCH', 'templates/works-again', { key: 'other', name: 'x' })).toMatchObject(
      {
        status: 422,
        json: { errors: [{ path: 'key' }] },
      },
    )
  })

  test('is thrown away', async () => {
    await send('POST', 'templates', worksAgain)
    const gone = await served.api('/api/admin/templates/works-again', { method: 'DELETE' })
    expect(gone.status).toBe(204)
    expect(await send('GET', 'templates/works-again')).toMatchObject({ status: 404 })
    expect(await send('DELETE', 'templates/works-again')).toMatchObject({ status: 404 })
  })

  test.each([
    ['an unknown gap', { body: 'Since {tme}.' }, 'body', /\{tme\} in line 1, character 7 is not a/],
    ['a brace that is not closed', { title: '{time' }, 'title', /has no counterpart/],
    ['an empty text', { body: ' ' }, 'body', /must not be empty/],
    ['a title of 201 letters', { title: 'x'.repeat(201) }, 'title', /200/],
    ['an unknown status', { status: 'over' }, 'status', /resolved/],
    ['a key in capitals', { key: 'Works' }, 'key', /lower-case/],
    ['a field that there is not', { text: 'x' }, 'text', /not known/],
  ])('with %s is refused with field and reason', async (_sentence, change, path, message) => {
    const made = await send('POST', 'templates', { ...worksAgain, ...change })
    expect(made).toMatchObject({
      status: 422,
      json: { code: 'invalid', errors: [{ path, message: expect.stringMatching(message) }] },
    })
    expect(await served.deps.db.$count(templates)).toBe(0)
  })

  test('a change that breaks a gap is refused as well', async () => {
    await send('POST', 'templates', worksAgain)
    expect(await send('PATCH', 'templates/works-again', { title: '{x}' })).toMatchObject({
      status: 422,
      json: { errors: [{ path: 'title' }] },
    })
  })

  test('is seen by whoever reads and kept by whoever writes incidents', async () => {
    const reader = await served.keyWith('read')
    const writer = await served.keyWith('incidents:write')
    expect((await send('POST', 'templates', worksAgain, reader)).status).toBe(403)
    expect((await send('POST', 'templates', worksAgain, writer)).status).toBe(201)
    expect((await send('GET', 'templates', undefined, reader)).status).toBe(200)
    expect((await send('DELETE', 'templates/works-again', undefined, reader)).status).toBe(403)
  })
})

describe('a probe that speaks by templates', () => {
  test('has the usual way with the all-clear, and may be set otherwise', async () => {
    await send('POST', 'templates', worksAgain)
    const made = await send('POST', 'probes', probe)
    const usual = { opening_template: null, closing_template: null, all_clear: 'propose' }
    expect(made.json).toMatchObject({ ...usual, watch_ms: 1_800_000 })
    const set = { closing_template: 'works-again', all_clear: 'auto', watch_ms: 60_000 }
    expect((await send('PATCH', 'probes/checkout', set)).json).toMatchObject(set)
    expect((await send('GET', 'probes/checkout')).json).toMatchObject(set)
  })

  test.each([
    ['opening_template', { opening_template: 'works' }, /^must be one of works-again, or null/],
    ['closing_template', { closing_template: 'works' }, /^must be one of works-again, or null/],
    ['all_clear', { all_clear: 'always' }, /"propose"\|"auto"/],
    ['watch_ms', { watch_ms: 86_400_001 }, /^must be 0 to 86400000$/],
  ])('is refused with a wrong %s', async (path, set, message) => {
    await send('POST', 'templates', worksAgain)
    await send('POST', 'probes', probe)
    const refusal = {
      status: 422,
      json: { errors: [{ path, message: expect.stringMatching(message) }] },
    }
    expect(await send('PATCH', 'probes/checkout', set)).toMatchObject(refusal)
    expect(await send('POST', 'probes', { ...probe, key: 'other', ...set })).toMatchObject(refusal)
  })

  test('keeps its template from being thrown away', async () => {
    await send('POST', 'templates', worksAgain)
    await send('POST', 'probes', { ...probe, closing_template: 'works-again' })
    expect((await send('GET', 'templates/works-again')).json.used_by).toEqual(['checkout'])
    expect(await send('DELETE', 'templates/works-again')).toMatchObject({
      status: 409,
      json: { detail: 'the template "works-again" is used by checkout' },
    })
    await send('PATCH', 'probes/checkout', { closing_template: null })
    expect(
      (await served.api('/api/admin/templates/works-again', { method: 'DELETE' })).status,
    ).toBe(204)
  })
})
