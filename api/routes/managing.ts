import { confirmByCode } from '../actions/subscribers/confirming.ts'
import { subscriberOf, type Subscriber } from '../actions/subscribers/links.ts'
import { nudge } from '../actions/nudge.ts'
import { askAgain } from '../actions/subscribers/reactivating.ts'
import { eraseSubscriber } from '../actions/subscribers/erasing.ts'
import { exportSubscriber } from '../actions/subscribers/subscriber-history.ts'
import {
  changePreferences,
  rotateSecret,
  unsubscribe,
} from '../actions/subscribers/subscription.ts'
import type { Deps } from '../deps.ts'
import { redact } from '../domain/address.ts'
import type { DomainError } from '../domain/error.ts'
import { refusedFields, wrongField } from '../domain/refusal.ts'
import { answer, requestIdOf, tokenOf, type Result } from './answers.ts'
import { fieldsOf, type Fields } from './forms.ts'
import { limiter } from './limit.ts'
import { parse, routes } from './openapi.ts'
import { verification, wish } from './subscriber-inputs.ts'
import { completeWishIn } from './wishes.ts'

type Press = {
  deps: Deps
  subscriber: Subscriber
  token: string
  form: Fields
  requestId: string | null
}

/** The buttons of the manage page. */
const presses: Record<string, (press: Press) => Promise<Result | Response>> = {
  async save({ deps, token, form, requestId }) {
    await changePreferences(deps, token, parse(wish, completeWishIn(form)), requestId)
    return { kind: 'saved' }
  },
  async unsubscribe({ deps, subscriber, token, requestId }) {
    await unsubscribe(deps, token, requestId, 'manage')
    return { kind: 'unsubscribed', locale: subscriber.locale }
  },
  async ask_again({ deps, subscriber, requestId }) {
    await askAgain(deps, { id: 'subscriber', requestId }, subscriber.id)
    nudge(deps)
    return { kind: 'asked_again' }
  },
  async verify({ deps, subscriber, form, requestId }) {
    const input = parse(verification, { address: subscriber.address, code: form['code'] })
    const confirmed = await confirmByCode(deps, input, requestId)
    return { kind: 'confirmed', ...confirmed, locale: subscriber.locale }
  },
  async rotate({ deps, token, requestId }) {
    await rotateSecret(deps, token, requestId)
    return { kind: 'rotated' }
  },
  async export({ deps, subscriber, requestId }) {
    const held = await exportSubscriber(deps, { id: 'subscriber', requestId }, subscriber.id)
    // Everybody in the channel sees this link, but who knows the whole URL may post there.
    if (isChat(subscriber)) held.subscriber.address = redact(subscriber.address!)
    return new Response(JSON.stringify(held, null, 2), {
      headers: {
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="subscription.json"',
      },
    })
  },
  async forget({ subscriber, token }) {
    return { kind: 'forget', token, locale: subscriber.locale }
  },
  async erase({ deps, subscriber, requestId }) {
    await eraseSubscriber(deps, { id: 'subscriber', requestId }, subscriber.id)
    return { kind: 'forgotten', locale: subscriber.locale }
  },
}

function isChat({ channel }: Subscriber): boolean {
  return ['slack', 'teams', 'discord'].includes(channel)
}

/** What a subscriber sees and changes by the link that every message to them holds. */
export function manageRoutes(deps: Deps) {
  const app = routes()
  const take = limiter(deps, { burst: 30, perMinute: 10 })

  app.get('/subscriptions/manage', (c) =>
    answer(deps, c, {}, async () => {
      await subscriberOf(deps, 'manage', tokenOf(c))
      return null
    }),
  )

  app.post('/subscriptions/manage', async (c) => {
    const form = await fieldsOf(c)
    return answer(deps, c, form, async () => {
      const token = tokenOf(c)
      const subscriber = await subscriberOf(deps, 'manage', token)
      const action = String(form['action'] ?? 'save')
      const press = Object.hasOwn(presses, action) ? presses[action] : undefined
      if (!press) throw unknownAction()
      if (action !== 'unsubscribe') take(c)
      return press({ deps, subscriber, token, form, requestId: requestIdOf(c) })
    })
  })

  return app
}

function unknownAction(): DomainError {
  const allowed = Object.keys(presses).join(', ')
  return refusedFields([wrongField('action', { key: 'refusal.one_of', values: { allowed } })])
}
