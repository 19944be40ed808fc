import type { Context } from 'hono'
import { confirmByCode, confirmByToken, lookAtConfirmation } from '../actions/confirming.ts'
import { subscriberOf } from '../actions/links.ts'
import { nudge } from '../actions/nudge.ts'
import { subscribe } from '../actions/subscribing.ts'
import { changePreferences, unsubscribe } from '../actions/subscription.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { networkOf } from '../domain/network.ts'
import { fieldsOf, optional, type Fields } from './forms.ts'
import { limiter } from './limit.ts'
import { parse, routes, statusOf, type Env } from './openapi.ts'
import { change, newSubscriber, verification } from './subscriber-inputs.ts'

/**
 * Subscribing, confirming, choosing and leaving as plain forms. Reading never changes anything: mail scanners open every
 * link. The token is the authority, so a mail program's one-click POST needs neither cookie nor referrer.
 */
export function subscriptionRoutes(deps: Deps) {
  const app = routes()
  const take = limiter(deps, { burst: 30, perMinute: 10 })

  app.post('/subscribe', async (c) => {
    const form = await fieldsOf(c)
    return answer(deps, c, form, async () => {
      take(c)
      // Nobody sees this field; who fills it in is a program.
      if (optional(form['website'])) return { kind: 'check_inbox' }
      const input = parse(newSubscriber, {
        ...wishIn(form),
        channel: form['channel'],
        address: form['address'],
      })
      if (input.channel === 'sms' && form['consent'] !== 'yes') throw consentMissing()
      const consent = { source: 'form', ip: networkOf(c.env?.clientIp) }
      const { channel, address } = await subscribe(deps, { ...input, consent }, requestIdOf(c))
      nudge(deps)
      return channel === 'sms'
        ? { kind: 'enter_code', address, wrong: false }
        : { kind: 'check_inbox' }
    })
  })

  app.post('/subscribe/verify', async (c) => {
    const form = await fieldsOf(c)
    return answer(deps, c, form, async () => {
      take(c)
      try {
        const input = parse(verification, { address: form['address'], code: form['code'] })
        return confirmed(await confirmByCode(deps, input, requestIdOf(c)))
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
        return { kind: 'enter_code', address: String(form['address'] ?? ''), wrong: true }
      }
    })
  })

  app.get('/subscriptions/confirm', (c) =>
    answer(deps, c, {}, async () => {
      const found = await lookAtConfirmation(deps, tokenOf(c))
      return found ? confirmed(found) : { kind: 'confirm', token: tokenOf(c) }
    }),
  )

  app.post('/subscriptions/confirm', (c) =>
    answer(deps, c, {}, async () =>
      confirmed(await confirmByToken(deps, tokenOf(c), requestIdOf(c))),
    ),
  )

  app.get('/subscriptions/manage', (c) =>
    answer(deps, c, {}, async () => {
      await subscriberOf(deps, 'manage', tokenOf(c))
      return null
    }),
  )

  app.post('/subscriptions/manage', async (c) => {
    const form = await fieldsOf(c)
    return answer(deps, c, form, async () => {
      await subscriberOf(deps, 'manage', tokenOf(c))
      if (form['action'] === 'unsubscribe') {
        await unsubscribe(deps, tokenOf(c), requestIdOf(c), 'manage')
        return { kind: 'unsubscribed' }
      }
      const input = parse(change, {
        ...wishIn(form),
        groups: listOf(form, 'groups'),
        events: listOf(form, 'events') ?? [],
      })
      await changePreferences(deps, tokenOf(c), input, requestIdOf(c))
      return { kind: 'saved' }
    })
  })

  app.get('/unsubscribe', (c) =>
    answer(deps, c, {}, async () => {
      const { state } = await subscriberOf(deps, 'unsubscribe', tokenOf(c))
      return state === 'unsubscribed'
        ? { kind: 'unsubscribed' }
        : { kind: 'unsubscribe', token: tokenOf(c) }
    }),
  )

  app.post('/unsubscribe', async (c) => {
    const form = await fieldsOf(c)
    if (form['List-Unsubscribe'] === 'One-Click') {
      // RFC 8058: done at once, no page, no redirect.
      await unsubscribe(deps, tokenOf(c), requestIdOf(c))
      return c.text('', 200, { 'cache-control': 'no-store' })
    }
    return answer(deps, c, form, async () => {
      await unsubscribe(deps, tokenOf(c), requestIdOf(c))
      return { kind: 'unsubscribed' }
    })
  })

  return app
}

type Result = { kind: string } & Record<string, unknown>

/** Shows what came of a form, or what was wrong with it; null is a look at the manage page. */
async function answer(
  deps: Deps,
  c: Context<Env>,
  form: Fields,
  act: () => Promise<Result | null>,
): Promise<Response> {
  try {
    const result = await act()
    return await show(deps, c, result, result?.['wrong'] === true ? 422 : 200)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
    const status = statusOf[error.code]
    if (error.code === 'not_found') return show(deps, c, { kind: 'link_expired' }, status)
    const { message, fields, retryAfter } = error
    const refused = { kind: 'refused', message, fields, values: form }
    return show(deps, c, refused, status, retryAfter)
  }
}

async function show(
  deps: Deps,
  c: Context<Env>,
  result: Result | null,
  status: number,
  retryAfter?: number,
): Promise<Response> {
  const stays = result === null || ['saved', 'refused'].includes(result.kind)
  const path =
    c.req.path === '/subscriptions/manage' && stays
      ? `/subscriptions/manage?token=${encodeURIComponent(tokenOf(c))}`
      : '/subscriptions/result'
  const page = await deps.render(path, result ? { result } : {})
  const headers = new Headers(page.headers)
  headers.set('cache-control', 'no-store')
  // The address of this page holds the token.
  headers.set('referrer-policy', 'no-referrer')
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  return new Response(page.body, { status, headers })
}

function confirmed({ already, manage_url }: { already: boolean; manage_url: string }): Result {
  return { kind: 'confirmed', already, manage_url }
}

function wishIn(form: Fields) {
  return {
    components: listOf(form, 'components'),
    events: listOf(form, 'events'),
    min_impact: optional(form['min_impact']),
    locale: optional(form['locale']),
    time_zone: optional(form['time_zone']),
  }
}

/** Checkboxes of one name; absent when none is ticked. */
function listOf(form: Fields, name: string): string[] | undefined {
  const value = optional(form[name])
  return value === undefined ? undefined : [value].flat()
}

function consentMissing(): DomainError {
  const message = 'must be ticked before we may send messages to a number'
  return new DomainError('invalid', `consent: ${message}`, {
    fields: [{ path: 'consent', message }],
  })
}

function tokenOf(c: Context<Env>): string {
  return c.req.query('token') ?? ''
}

function requestIdOf(c: Context<Env>): string | null {
  return c.get('requestId') ?? null
}
