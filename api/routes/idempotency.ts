import { z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { sha256 } from '../domain/digest.ts'
import { DomainError } from '../domain/error.ts'
import type { Env } from './openapi.ts'

export const idempotencyHeader = z.object({
  'idempotency-key': z.string().optional().openapi({
    description: 'A repeated request with the same key, within 24 hours, has no second effect.',
  }),
})

/** Hands the request's Idempotency-Key, and what it stands for, to the verb. */
export function withIdempotencyKey() {
  return createMiddleware<Env>(async function readIdempotencyKey(c, next) {
    const key = c.req.header('idempotency-key')
    if (key !== undefined) {
      if (key.length < 1 || key.length > 255)
        throw new DomainError('invalid', 'Idempotency-Key: must have 1 to 255 characters', {
          fields: [{ path: 'Idempotency-Key', message: 'must have 1 to 255 characters' }],
        })
      const requestHash = await sha256(`${c.req.method} ${c.req.path}\n${await c.req.text()}`)
      c.set('actor', { ...c.get('actor'), idempotency: { key, requestHash } })
    }
    await next()
  })
}
