import { readFileSync } from 'node:fs'
import { Resend } from 'resend'

// The yardstick: the same bytes in as many requests and lanes by Resend's own package, and nothing else.
// Usage: node bare-sender.ts URL FILE MAILS LANES; prints milliseconds of time and of CPU.

const [baseUrl, file, mails, lanes] = process.argv.slice(2) as [string, string, string, string]
type Mail = { from: string; to: string; subject: string; html: string; text: string }
const template = JSON.parse(readFileSync(file, 'utf8')) as Mail[]
const client = new Resend('re_bench', { baseUrl, userAgent: 'bare' })

let next = 0
async function lane(): Promise<void> {
  while (next < Number(mails)) {
    const first = next
    next += template.length
    const batch = template.map((mail, i) => ({ ...mail, to: `person${first + i}@example.com` }))
    const { error } = await client.batch.send(batch, { idempotencyKey: `bare-${first}` })
    if (error) throw new Error(error.message)
  }
}

const startedAt = performance.now()
const before = process.cpuUsage()
await Promise.all(Array.from({ length: Number(lanes) }, lane))
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ ms: performance.now() - startedAt, cpu: (user + system) / 1000 }))
