import { describe, expect, test } from 'vitest'
import { render } from '../support/site.ts'
import { page } from './fixtures.ts'
import { blocked, calm, draft, outage, showConsole, telling, told } from './operator-fixtures.ts'

type View = typeof calm

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
