import { createShop, withShop } from '../demo.ts'
import type { Demo } from '../deps.ts'
import type { Exchange } from '../probers/exchange.ts'
import { listen, type Listening } from './listen.ts'
import { loadProfile } from './profile.ts'

/** The demo's shop, on a free port of loopback once it is opened. */
export function loopbackShop() {
  let served: Listening | null = null
  const ask: typeof fetch = (input, init) =>
    fetch(served!.url + new URL(String(input)).pathname, init)
  return {
    /** An exchange that finds the shop here and everybody else through `others`. */
    reaching: (others: Exchange) => withShop(others, () => served && ask),
    async open(): Promise<Demo> {
      const { profile } = await loadProfile(undefined)
      const shop = createShop(profile)
      served = await listen(shop.fetch, { host: '127.0.0.1', port: 0 })
      return shop.demo
    },
    async stop(): Promise<void> {
      served?.cut()
      await served?.stop()
    },
  }
}
