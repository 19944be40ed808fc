import { systemClock } from './clock.ts'

const parts = [
  () => import('../../db/client.ts'),
  () => import('./database.ts'),
  () => import('../probers/guarded-fetch.ts'),
  () => import('../providers.ts'),
  () => import('../routes/openapi.ts'),
  () => import('../sandbox/sandbox.ts'),
  () => import('../../db/profile.ts'),
  () => import('../app.ts'),
]

/** Loads the service part by part: a thousand modules take half a second, and readers are answered in between. */
export async function loadService() {
  for (const load of parts) {
    await load()
    await systemClock.sleep(1)
  }
  return import('./service.ts')
}
