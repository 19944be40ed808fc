import type { Profile } from '../db/profile-schema.ts'
import type { Demo } from './deps.ts'
import { exchangeBy, type Exchange } from './probers/exchange.ts'

/** The host of the demo shop in its probes' URLs. It is reserved (RFC 2606), so only we ever answer for it. */
export const demoHost = 'corner-shop.example'

/** A small shop: one `/<key>/health` per component that is probed, each of which can be broken and mended. */
export type Shop = { demo: Demo; fetch(request: Request): Response }

export function createShop(profile: Profile): Shop {
  const targets = profile.probes.flatMap(({ question, component }) => {
    const url = question.kind === 'http' ? URL.parse(question.url) : null
    if (url?.host !== demoHost) return []
    const { name } = profile.components.find(({ key }) => key === component)!
    return [{ key: component, name, path: url.pathname }]
  })
  const broken = new Set<string>()
  return {
    demo: {
      targets: () => targets.map(({ key, name }) => ({ key, name, broken: broken.has(key) })),
      set(key, isBroken) {
        if (!targets.some((target) => target.key === key)) return false
        if (isBroken) broken.add(key)
        else broken.delete(key)
        return true
      },
    },
    fetch(request) {
      const { pathname } = new URL(request.url)
      const target = targets.find(({ path }) => path === pathname)
      if (!target) return Response.json({ status: 'unknown' }, { status: 404 })
      return broken.has(target.key)
        ? Response.json({ status: 'broken' }, { status: 503 })
        : Response.json({ status: 'ok' })
    },
  }
}

/**
 * Asks the demo shop through `shop` and everybody else through `others`. Resolved at each request, so that the URLs in the
 * database hold no port, and the shop on loopback needs no hole in the guard.
 */
export function withShop(others: Exchange, shop: () => typeof fetch | null): Exchange {
  return (url, asking) => {
    const ask = url.host === demoHost ? shop() : null
    return (ask ? exchangeBy(ask) : others)(url, asking)
  }
}
