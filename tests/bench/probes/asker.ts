import { Client, request } from 'undici'

// The yardstick: asks as many targets at the same pace, and forgets the answers.
// Usage: node asker.ts WAY URL COUNT INTERVAL SETTLES LASTS; prints checks and milliseconds of CPU of LASTS.

const [way, url, ...figures] = process.argv.slice(2) as [string, string, ...string[]]
const [count, interval, settles, lasts] = figures.map(Number) as [number, number, number, number]

const ways: Record<string, (href: string) => Promise<string>> = {
  undici: async (href) => (await request(href)).body.text(),
  /** As probes do it: a connection of its own proves that one can be made. */
  'undici-afresh': async (href) => {
    const { origin, pathname, search } = new URL(href)
    const client = new Client(origin)
    const { body } = await client.request({ method: 'GET', path: pathname + search })
    const text = await body.text()
    await client.close()
    return text
  },
  fetch: async (href) => (await fetch(href)).text(),
}
const ask = ways[way]!

let checks = 0

async function check(target: number, due: number): Promise<void> {
  setTimeout(check, due + interval - Date.now(), target, due + interval)
  await ask(`${url}/${way}-${target}?ms=${target % 150}&due=${due}`)
  checks++
}

const startsAt = Date.now()
for (let target = 0; target < count; target++) {
  const after = Math.round((target / count) * interval)
  setTimeout(check, after, target, startsAt + after)
}

setTimeout(() => {
  const [cpu, before] = [process.cpuUsage(), checks]
  setTimeout(() => {
    const { user, system } = process.cpuUsage(cpu)
    console.log(JSON.stringify({ checks: checks - before, cpu: (user + system) / 1000 }))
    process.exit(0)
  }, lasts)
}, settles)
