import { expandAnnouncements } from '../../api/actions/telling/announcements.ts'
import {
  addUpdate,
  openIncident,
  type NewIncident,
  type NewUpdate,
} from '../../api/actions/incidents/incidents.ts'
import { sendDue } from '../../api/actions/sending/sending.ts'
import type { Deps } from '../../api/deps.ts'
import { resend } from '../../api/providers/resend.ts'
import { twilio } from '../../api/providers/twilio.ts'
import {
  resendApiKey,
  runSandbox,
  twilioAccountSid,
  twilioAuthToken,
  webhookSecret,
  type RunningSandbox,
} from './sandbox.ts'
import { shop, shopWorld } from './shop.ts'
import { render } from './site.ts'
import { testClock, type World } from './world.ts'

export type Telling = World & { post: RunningSandbox }

export const operator = { id: 'tester', requestId: null }

/** A shop with the real providers on the sandbox, the real mail templates and nobody subscribed yet. */
export async function tellingWorld(env: Record<string, string> = {}): Promise<Telling> {
  const clock = testClock()
  const post = await runSandbox({ clock })
  const providers = [
    resend({
      apiKey: resendApiKey,
      from: 'Corner Shop <status@shop.example>',
      baseUrl: `${post.url}/resend`,
      webhookSecret,
      ratePerSecond: 0,
      fetch,
    }),
    twilio({
      accountSid: twilioAccountSid,
      authToken: twilioAuthToken,
      from: '+15005550006',
      publicUrl: 'http://status.example',
      baseUrl: `${post.url}/twilio`,
      ratePerSecond: 0,
      fetch,
    }),
  ]
  const made = await shopWorld({
    env,
    clock,
    providers,
    render: (path, locals) => render(path, locals),
  })
  return Object.assign(made, {
    post,
    async [Symbol.asyncDispose]() {
      await made.settled()
      await post.close()
      await made.dispose()
    },
  })
}

export const trouble: NewIncident = {
  name: 'Checkout is slow',
  body: 'We are looking into it.',
  status: 'investigating',
  severity: null,
  impact: null,
  components: [{ id: shop.checkout, status: 'partial_outage' }],
  notify: true,
  nextUpdateAt: null,
  draft: false,
}

/** What a beat of the heartbeat does for telling. */
export async function tick(deps: Deps): Promise<void> {
  await expandAnnouncements(deps)
  await sendDue(deps)
}

export function openTrouble(deps: Deps, change: Partial<NewIncident> = {}): Promise<string> {
  return openIncident(deps, operator, { ...trouble, ...change })
}

/** The next word on it: what is wrong was found. */
export function sayMore(deps: Deps, id: string, change: Partial<NewUpdate> = {}): Promise<void> {
  return addUpdate(deps, operator, id, {
    status: 'identified',
    body: 'It is the disk.',
    components: [],
    notify: true,
    nextUpdateAt: null,
    ...change,
  })
}

/** Quiet hours; when the clock of tests begins it is one o'clock in the shop, and they have begun. */
export const siesta = { from: '12:00', until: '20:00' }
