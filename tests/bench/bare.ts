import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

// The yardstick: a bare Hono server that sends the same bytes. Usage: node bare.ts PORT FILE HEADERS (in JSON)

const [port, file, given] = process.argv.slice(2)
const body = readFileSync(file!)
const headers = JSON.parse(given!) as Record<string, string>

const app = new Hono()
app.get('*', (c) => c.body(body, 200, headers))

serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' })
