import { describe, expect, test } from 'vitest'
import { isShown } from '../../site/form.ts'
import { calm, draft, outage, part, refusal, showConsole, told } from './operator-fixtures.ts'

const openForm = 'id="form-incidents"'
const updateForm = 'id="form-incidents-incident0001-updates"'
const allClearForm = 'id="form-incidents-incident0001-all-clear"'
const openDetails = /<details name="action"[^>]* id="open-([^"]+)" open/g

/** The choice of the checkout's state in the form for a new incident. */
const chosen = (html: string) =>
  part(part(html, 'form', openForm), 'select', 'name="component:checkout0001"')

describe('the buttons say what happens', () => {
  test('they name how many are told', async () => {
    const html = await showConsole(told)
    for (const form of [openForm, updateForm]) {
      const buttons = part(html, 'form', form)
      expect(buttons).toMatch(
        /name="notify" value="on">\s*Publish and tell up to 1,204 subscribers/,
      )
      expect(buttons).toMatch(/name="notify" value(="")?>\s*Publish quietly/)
    }
    expect(part(html, 'form', allClearForm)).toMatch(
      /name="notify" value="on">\s*Give the all-clear and tell up to 1,204 subscribers/,
    )
  })

  test('one subscriber is one', async () => {
    const html = await showConsole({ ...told, subscribers: { active: 1, pending: 0 } })
    expect(html).toContain('Publish and tell up to 1 subscriber<')
  })

  test('without subscribers they promise to tell nobody', async () => {
    const html = await showConsole({ ...told, subscribers: { active: 0, pending: 3 } })
    expect(html).toContain('Publish (nobody to tell yet)')
    expect(html).not.toContain('quietly')
  })

  test('the first button of a form with fields does nothing, so that Enter publishes nothing', async () => {
    const html = await showConsole(told)
    for (const form of [openForm, updateForm, allClearForm])
      expect(part(html, 'form', form)).toMatch(/^(?:(?!<button)[\s\S])*<button disabled hidden>/)
  })
})

describe('forms', () => {
  test('each that posts carries the key against double clicks', async () => {
    const html = await showConsole(outage)
    const forms = html.match(/<form[\s\S]*?<\/form>/g)!
    expect(forms.length).toBeGreaterThanOrEqual(7)
    for (const form of forms) expect(form).toContain('name="form_key" value="key000000001"')
  })

  test('a new incident starts from what fails and nobody was told of', async () => {
    expect(chosen(await showConsole(outage))).toContain('value="partial_outage" selected')
    expect(chosen(await showConsole(told))).toContain('value="" selected')
  })

  test('an update starts from the present status and the cadence of its severity', async () => {
    const form = part(await showConsole(told), 'form', updateForm)
    expect(form).toContain('value="identified" checked')
    expect(form).toMatch(/value="20" selected>\s*In 20 min/)
    expect(form).not.toContain('value="resolved"')
  })

  test('the all-clear warns while probes still see trouble', async () => {
    const warning = 'Probes still see trouble'
    expect(part(await showConsole(told), 'form', allClearForm)).toContain(warning)
    const mended = { ...told, components: calm.components }
    expect(part(await showConsole(mended), 'form', allClearForm)).not.toContain(warning)
  })

  test('publishing a draft asks once more when what it is about works again', async () => {
    const over = {
      ...draft,
      components: draft.components.map((one) => ({ ...one, status: 'operational' as const })),
    }
    expect(await showConsole({ ...outage, incidents: [over] })).toContain('works again')
    expect(await showConsole(outage)).not.toContain('works again')
  })

  test('who may only read has no forms but the one to sign out', async () => {
    const html = await showConsole({
      ...outage,
      operator: { ...outage.operator, scopes: ['read'] },
    })
    expect(html.match(/<form[^>]*action="([^"]+)"/g)).toHaveLength(1)
    expect(html).toContain('action="/operator/sign-out"')
    expect(html).toContain('This key may only read')
  })

  test('without a scale of severities the impact is chosen', async () => {
    const form = part(await showConsole({ ...calm, severities: [] }), 'form', openForm)
    expect(form).toContain('name="impact"')
    expect(form).not.toContain('name="severity"')
  })

  test('of many components a new incident asks for the failing ones and unfolds the others', async () => {
    const many = Array.from({ length: 20 }, (_, n) => ({
      ...calm.components[1]!,
      id: `component${n}`,
    }))
    const form = part(
      await showConsole({ ...outage, components: [...outage.components, ...many] }),
      'form',
      openForm,
    )
    const [first, others] = form.split('<details')
    expect(first!.match(/<select[^>]*name="component:/g)).toHaveLength(1)
    expect(first).toContain('name="component:checkout0001"')
    expect(others).toContain('22 other components')
  })
})

describe('a refused form', () => {
  const typed = {
    name: '',
    body: 'First line\n<b>second</b>',
    status: 'monitoring',
    severity: 'sev2',
    next_update_min: '',
    'component:tracking0001': 'major_outage',
    'component:checkout0001': '',
  }
  const fields = [
    { path: 'name', message: 'must not be empty' },
    { path: 'components.0.id', message: 'there is no such component' },
  ]

  test('comes back open, alone, with all that had been typed', async () => {
    const html = await showConsole(outage, refusal('/operator/incidents', typed, fields))
    expect([...html.matchAll(openDetails)].map(([, id]) => id)).toEqual(['form-incidents'])
    const form = part(html, 'form', openForm)
    expect(form).toContain('First line\n&lt;b&gt;second&lt;/b&gt;</textarea>')
    expect(form).toContain('value="monitoring" checked')
    expect(form).toContain('value="sev2" selected')
    expect(form).toMatch(/value="" selected>\s*No promise/)
    expect(part(form, 'select', 'component:tracking0001')).toContain(
      'value="major_outage" selected',
    )
    expect(part(form, 'select', 'component:checkout0001')).toContain('value="" selected')
  })

  test('has each error beside its field and in a summary that leads there', async () => {
    const html = await showConsole(outage, refusal('/operator/incidents', typed, fields))
    const summary = part(html, 'div', 'role="alert"')
    expect(summary).toContain('Nothing was sent')
    expect(summary).toMatch(/href="#form-incidents-name">\s*Name: must not be empty/)
    expect(summary).toMatch(/href="#form-incidents-components">\s*Components: there is no such/)
    expect(html).toMatch(
      /<input id="form-incidents-name"[^>]*aria-describedby="form-incidents-name-hint form-incidents-name-error" aria-invalid="true"/,
    )
    for (const id of ['name', 'components'])
      expect(html).toMatch(new RegExp(`id="form-incidents-${id}-error">\\s*\\w`))
    expect(html).toContain('<title>Not sent: ')
  })

  test('without a field at fault says why', async () => {
    const html = await showConsole(told, refusal('/operator/alerts/alert0000001', {}))
    expect(part(html, 'div', 'role="alert"')).toContain('somebody else was first')
  })

  test('that is gone leaves its words to copy', async () => {
    const words = { issue: 'Cards <failed>', root_cause: 'A certificate', fix: '', impact: 'Few' }
    const action = '/operator/incidents/incident0001/all-clear'
    const html = await showConsole(calm, refusal(action, words))
    const kept = html.slice(html.indexOf('role="alert"'), html.indexOf('<h1>'))
    for (const word of [
      'here is what you had typed',
      'Cards &lt;failed&gt;',
      'A certificate',
      'Few',
    ])
      expect(kept).toContain(word)
  })

  test.each([
    ['the form for a new incident always is', calm, '/operator/incidents', true],
    ['that of an open one is', told, '/operator/incidents/incident0001/updates', true],
    ['that of a resolved one is not', calm, '/operator/incidents/incident0001/updates', false],
    ['a draft has no all-clear', outage, `/operator/incidents/${draft.id}/all-clear`, false],
    ['a draft can be published', outage, `/operator/incidents/${draft.id}/publish`, true],
    ['what is public cannot', told, '/operator/incidents/incident0001/publish', false],
  ])('still on the page: %s', (_, view, action, shown) => {
    expect(isShown(view, action)).toBe(shown)
  })
})

describe('an all-clear that is proposed', () => {
  const proposed_all_clear = {
    began_at: '2026-11-21T01:12:00.000Z',
    ended_at: '2026-11-21T01:27:00.000Z',
    minutes: 15,
    since: '2026-11-21T01:57:00.000Z',
    checks: 30,
    failed: 12,
    error_rate: 40,
    slowest_ms: 900,
    p95_ms: 850,
    components: ['Shop - Checkout'],
    nobody_told: false,
    text: { issue: 'It was down.', root_cause: '', fix: 'It works again.', impact: '15 minutes.' },
  }

  test('fills in the form, all but the cause, and comes before an update', async () => {
    const html = await showConsole({
      ...told,
      incidents: [{ ...told.incidents[0]!, proposed_all_clear }],
    })
    const form = part(html, 'form', allClearForm)
    for (const words of ['It was down.', 'It works again.', '15 minutes.'])
      expect(form).toContain(`>${words}</textarea>`)
    expect(form).toMatch(/name="root_cause"[^>]*><\/textarea>/)
    expect(html).toContain('12 of 30 checks failed (40%)')
    expect(html.indexOf(allClearForm)).toBeLessThan(html.indexOf(updateForm))
    expect(html).toContain('href="#form-incidents-incident0001-all-clear"')
  })

  test('of a draft is to publish it as resolved, or to discard it', async () => {
    const over = { ...draft, proposed_all_clear: { ...proposed_all_clear, nobody_told: true } }
    const view = { ...outage, incidents: [over] }
    const html = await showConsole(view)
    const form = part(html, 'form', `id="form-incidents-${draft.id}-all-clear"`)
    expect(form).toContain('name="publish" value="on"')
    expect(html).toContain('Nobody was told: publish it as resolved, or discard it.')
    expect(html).not.toContain('A draft waits for you')
    expect(isShown(view, `/operator/incidents/${draft.id}/all-clear`)).toBe(true)
    expect(isShown(outage, `/operator/incidents/${draft.id}/all-clear`)).toBe(false)
  })
})

describe('templates', () => {
  test('are offered where words are written, once there are any', async () => {
    expect(await showConsole(told)).not.toContain('name="template"')
    const html = await showConsole({ ...told, templates: [{ key: 'a', name: 'It works again' }] })
    for (const form of [openForm, updateForm]) {
      expect(part(html, 'form', form)).toMatch(/<option value="a">\s*It works again/)
      expect(part(html, 'form', form)).toMatch(/^(?:(?!<button)[\s\S])*<button disabled hidden>/)
    }
    expect(part(html, 'form', allClearForm)).not.toContain('name="template"')
  })
})
