import { describe, expect, test } from 'vitest'
import { isShown } from '../../site/form.ts'
import { render } from '../support/site.ts'
import { page } from './fixtures.ts'
import {
  blocked,
  calm,
  draft,
  outage,
  refusal,
  showConsole,
  telling,
  told,
} from './operator-fixtures.ts'

type View = typeof calm

/** The part of a page between an opening tag that holds `mark` and the end of that element. */
function part(html: string, element: string, mark: string): string {
  const start = html.indexOf(mark)
  if (start < 0) throw new Error(`the page does not hold ${mark}`)
  return html.slice(html.lastIndexOf(`<${element}`, start), html.indexOf(`</${element}>`, start))
}

const openForm = 'id="form-incidents"'
const updateForm = 'id="form-incidents-incident0001-updates"'
const allClearForm = 'id="form-incidents-incident0001-all-clear"'
const openDetails = /<details name="action"[^>]* id="open-([^"]+)" open/g

/** The choice of the checkout's state in the form for a new incident. */
const chosen = (html: string) =>
  part(part(html, 'form', openForm), 'select', 'name="component:checkout0001"')

async function signIn(locals: object = {}): Promise<string> {
  const response = await render('/operator/sign-in', {
    fetch: async () => Response.json({ page, groups: [] }),
    ...locals,
  })
  return response.text()
}

const screens: [sentence: string, view: View, words: string[]][] = [
  [
    'calm is said when all is well',
    calm,
    ['All Systems Operational', 'Nothing needs you now.', 'No incident is open.'],
  ],
  [
    'a failing component is told with reason and since when',
    outage,
    [
      'Partial outage since 02:12 CET, for 53 min',
      'Probe down: HTTP 503 where 200 is expected',
      'Probe up, 87 ms, checked 03:04 CET',
    ],
  ],
  [
    'a draft is marked as seen by operators only',
    outage,
    [
      'A draft waits for you',
      'Only operators see this. Nobody has been told.',
      'Our monitoring noticed this at 02:12 CET.',
      `action="/operator/incidents/${draft.id}/publish"`,
      `action="/operator/incidents/${draft.id}/discard"`,
      'Save to the draft',
    ],
  ],
  [
    'an open alert can be acknowledged or resolved',
    outage,
    [
      'Critical, open, 02:12 CET',
      'action="/operator/alerts/alert0000001"',
      'value="acknowledged" aria-label="Acknowledge: Checkout answers with errors"',
      'value="resolved"',
    ],
  ],
  [
    'the demo can be broken and mended',
    outage,
    [
      'action="/operator/demo/checkout"',
      'name="broken" value="false" aria-label="Mend: Checkout"',
      'name="broken" value="true" aria-label="Break: Tracking"',
    ],
  ],
  ['the inbox is linked where there is one', outage, ['href="http://127.0.0.1:3000/sandbox"']],
  [
    'an open incident tells state, last words and next update',
    told,
    [
      'Card payments fail',
      'Major impact · SEV-1',
      'Paying by invoice works.',
      '02:40 CET, 25 min ago',
      '>03:30 CET<',
      '1 earlier update',
    ],
  ],
  [
    'how many were told is a bar and words',
    told,
    [
      '<progress aria-labelledby="telling-telling00001" max="1000" value="812"',
      'Told 812 of 1,000, 3 failed, 185 to go',
      'Told 988 of 988, 12 left out',
    ],
  ],
  [
    'what was resolved stays in sight with its telling',
    told,
    ['Tracking pages were slow', '19 Nov 2026, 10:05 CET', 'Told 400 of 400'],
  ],
  [
    'an overdue update is loud',
    blocked,
    ['An update is overdue', 'Overdue: promised by 02:53 CET, 12 min ago'],
  ],
  [
    'a provider that takes nothing is told with why and how many wait',
    blocked,
    [
      'resend does not take our messages',
      'Since 02:41 CET: API key is invalid',
      '1,188 messages wait',
    ],
  ],
  ['subscribers are counted', calm, ['>1,204</dd>', '>17</dd>']],
]

test.each(screens)('%s', async (_, view, words) => {
  const html = await showConsole(view)
  for (const word of words) expect(html).toContain(word)
})

test('an acknowledged alert can only be resolved', async () => {
  const html = await showConsole(told)
  expect(html).toContain('Critical, acknowledged')
  expect(html).not.toContain('value="acknowledged"')
})

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

test('names that look like markup stay words', async () => {
  const evil = '"><script>alert(1)</script>'
  const html = await showConsole({
    ...blocked,
    operator: { ...blocked.operator, name: evil },
    components: blocked.components.map((component) => ({
      ...component,
      name: evil,
      probes: component.probes.map((probe) => ({ ...probe, url: evil, last_reason: evil })),
    })),
    incidents: blocked.incidents.map((incident) => ({
      ...incident,
      name: evil,
      updates: incident.updates.map((update) => ({ ...update, body: evil })),
      announcements: [telling({ kind: evil })],
    })),
    alerts: [{ ...outage.alerts[0]!, title: evil, detail: evil }],
    blocked_providers: [{ ...blocked.blocked_providers[0]!, provider: evil, reason: evil }],
    severities: [{ ...calm.severities[0]!, name: evil }],
    demo_targets: [{ key: evil, name: evil, broken: false }],
  })
  // Within an attribute the quote is what must not come through.
  expect(html.replaceAll('&quot;><script>alert(1)</script>', '')).not.toContain('<script>alert')
})

describe('signing in', () => {
  test('asks for a key', async () => {
    const html = await signIn()
    expect(html).toContain('method="post" action="/operator/sign-in"')
    expect(html).toMatch(/type="password" id="key" name="key"/)
    expect(html).not.toContain('aria-invalid="true"')
  })

  test('says that a key is not accepted, and keeps it nowhere', async () => {
    const html = await signIn({
      result: {
        kind: 'refused',
        message: 'operator.sign_in.refused',
        fields: [],
        values: { key: 'bootstrap.secret' },
      },
    })
    expect(html).toContain('This key is not accepted.')
    expect(html).toContain('aria-describedby="key-hint key-error" aria-invalid="true"')
    expect(html).not.toContain('bootstrap.secret')
  })
})
