import { createHmac, createSecretKey } from 'node:crypto'
import type { Hmac } from '../secrets.ts'

/** Five times faster than the web's, which asks another thread: a fan-out signs two links for everybody it tells. */
export const nodeHmac: Hmac = (bytes) => {
  const key = createSecretKey(bytes)
  return (text) => createHmac('sha256', key).update(text).digest()
}
