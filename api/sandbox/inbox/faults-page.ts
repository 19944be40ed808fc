import { html } from 'hono/html'
import { faultKinds, type Fault, type FaultKind, type FaultyProvider } from '../faults.ts'
import type { Desk, Html } from './routes.ts'

const names: Record<FaultyProvider, string> = {
  resend: 'Mail (Resend)',
  twilio: 'Texts (Twilio)',
  webhook: 'Webhooks',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
}

const meanings: Record<FaultKind, [title: string, meaning: string]> = {
  rate_limited: ['Too many requests', '429 with Retry-After: 1; nothing is accepted'],
  auth_refused: ['Key refused', 'as if the account or its key were wrong'],
  quota_exceeded: ['Quota used up', 'the limit of the day is reached'],
  gone: ['Gone', '410 or 404, as if the address had been given up'],
  error_before: ['Error before accepting', '500; nothing is accepted'],
  hang_before: ['Silence before accepting', 'no answer; nothing is accepted'],
  error_after: ['Error after accepting', '500, although the messages are on their way'],
  hang_after: ['Silence after accepting', 'no answer, although the messages are on their way'],
  bounce: ['Bounce', 'the mails of a request come back'],
  complaint: ['Complaint', 'the mails of a request are marked as spam'],
  undelivered: ['Not delivered', 'the handset cannot be reached'],
}

/** Switches for what can go wrong at the providers. */
export function faultsPage({ faults }: Desk, base: string): Html {
  const on = faults.list()
  return html`
    <div class="head"><h1>Faults</h1></div>
    <p class="quiet">
      What goes wrong with the next requests, to see what the service makes of it.
    </p>
    ${(Object.keys(faultKinds) as FaultyProvider[]).map((provider) => {
      const current = on.filter((fault) => fault.provider === provider)
      return html`<section class="faults" aria-label="${names[provider]}">
        <h2>${names[provider]}</h2>
        <ul>
          ${faultKinds[provider].map((kind) => row(provider, kind, current, base))}
        </ul>
      </section>`
    })}
  `
}

function row(provider: FaultyProvider, kind: FaultKind, on: Fault[], base: string): Html {
  const [title, meaning] = meanings[kind]
  const fault = on.find((current) => current.kind === kind)
  return html`<li class="${fault ? 'on' : ''}">
    <div>
      <strong>${title}</strong>
      ${fault ? html`<span class="chip bounced">${left(fault)}</span>` : ''}
      <div class="quiet">${meaning}</div>
    </div>
    <form method="post" action="${base}/faults">
      <input type="hidden" name="provider" value="${provider}" />
      <input type="hidden" name="kind" value="${kind}" />
      ${fault ? html`<button name="mode" value="off">Switch off</button>` : switches}
    </form>
  </li>`
}

const switches = html`
  <input name="times" type="number" value="1" min="1" max="1000000" aria-label="Requests" />
  <button name="mode" value="next" class="plain" title="So many requests">Next</button>
  <button name="mode" value="always" class="plain" title="Until switched off">Always</button>
`

function left({ times }: Fault): string {
  if (times === null) return 'until switched off'
  return times === 1 ? 'next request' : `next ${times} requests`
}
