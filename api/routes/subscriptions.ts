import {
  confirmByCode,
  confirmByToken,
  lookAtConfirmation,
} from '../actions/subscribers/confirming.ts'
import { subscriberOf } from '../actions/subscribers/links.ts'
import { nudge } from '../actions/nudge.ts'
import { pretendToSubscribe, subscribe } from '../actions/subscribers/subscribing.ts'
import { unsubscribe } from '../actions/subscribers/subscription.ts'
import type { Deps } from '../deps.ts'
import { DomainError } from '../domain/error.ts'
import { languageIn } from '../domain/languages.ts'
import { networkOf } from '../domain/network.ts'
import { refusedFields, wrongField } from '../domain/refusal.ts'
import type { Channel } from '../domain/words.ts'
import { answer, requestIdOf, tokenOf, type Result } from './answers.ts'
import { fieldsOf, isFilledByProgram, optional, type Fields } from './forms.ts'
import { inEveryLanguage } from './languages.ts'
import { limiter } from './limit.ts'
import { manageRoutes } from './managing.ts'
import { nextStep } from './next-step.ts'
import { parse, routes } from './openapi.ts'
import { newSubscriber, verification } from './subscriber-inputs.ts'
import { completeWishIn, wishIn } from './wishes.ts'

/**
 * Subscribing, confirming, choosing and leaving as plain forms. Reading never changes anything: mail scanners open every
 * link. The token is the authority, so a mail program's one-click POST needs neither cookie nor referrer.
 */
export function subscriptionRoutes(deps: Deps) {
  const app = routes()
  const take = limiter(deps, { burst: 30, perMinute: 10 })

  app.on('POST', inEveryLanguage('/subscribe'), async (c) => {
    const form = inPagesLanguage(c.req.path, await fieldsOf(c))
    return answer(deps, c, form, async () => {
      take(c)
      const input = parse(newSubscriber, {
        ...(form['choices'] === 'shown' ? completeWishIn(form) : wishIn(form)),
        channel: form['channel'],
        address: form['address'],
      })
      if (input.channel === 'sms' && form['consent'] !== 'yes') throw consentMissing()
      const consent = { source: 'form', ip: networkOf(c.env?.clientIp) }
      if (isFilledByProgram(form))
        return nextStepOf(await pretendToSubscribe(deps, { ...input, consent }))
      const asked = await subscribe(deps, { ...input, consent }, requestIdOf(c))
      nudge(deps)
      return nextStepOf(asked)
    })
  })

  app.on('POST', inEveryLanguage('/subscribe/verify'), async (c) => {
    const form = inPagesLanguage(c.req.path, await fieldsOf(c))
    return answer(deps, c, form, async () => {
      take(c)
      try {
        const input = parse(verification, { address: form['address'], code: form['code'] })
        return { kind: 'confirmed', ...(await confirmByCode(deps, input, requestIdOf(c))) }
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
        return { kind: 'enter_code', address: String(form['address'] ?? ''), wrong: true }
      }
    })
  })

  app.get('/subscriptions/confirm', (c) =>
    answer(deps, c, {}, async () => {
      const token = tokenOf(c)
      const { locale } = await subscriberOf(deps, 'confirm', token)
      const found = await lookAtConfirmation(deps, token)
      return found ? { kind: 'confirmed', ...found, locale } : { kind: 'confirm', token, locale }
    }),
  )

  app.post('/subscriptions/confirm', (c) =>
    answer(deps, c, {}, async () => {
      const { locale } = await subscriberOf(deps, 'confirm', tokenOf(c))
      const confirmed = await confirmByToken(deps, tokenOf(c), requestIdOf(c))
      return { kind: 'confirmed', ...confirmed, locale }
    }),
  )

  app.get('/unsubscribe', (c) =>
    answer(deps, c, {}, async () => {
      const token = tokenOf(c)
      const { state, locale } = await subscriberOf(deps, 'unsubscribe', token)
      return state === 'unsubscribed'
        ? { kind: 'unsubscribed', locale }
        : { kind: 'unsubscribe', token, locale }
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
      const { locale } = await subscriberOf(deps, 'unsubscribe', tokenOf(c))
      await unsubscribe(deps, tokenOf(c), requestIdOf(c))
      return { kind: 'unsubscribed', locale }
    })
  })

  app.route('/', manageRoutes(deps))
  return app
}

/** Whoever says nothing else is written to in the language of the page on which they were. */
function inPagesLanguage(path: string, form: Fields): Fields {
  const { locale } = languageIn(path)
  return locale && optional(form['locale']) === undefined ? { ...form, locale } : form
}

function nextStepOf({ channel, address }: { channel: Channel; address: string }): Result {
  const kind = nextStep[channel]
  if (kind === 'enter_code') return { kind, address, wrong: false }
  return kind === 'check_channel' ? { kind, channel } : { kind }
}

function consentMissing(): DomainError {
  return refusedFields([wrongField('consent', { key: 'refusal.consent' })])
}
