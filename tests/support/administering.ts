import { createKey } from '../../api/actions/access/keys.ts'
import type { Scope } from '../../api/domain/words.ts'
import { servedWorld, type Served } from './http.ts'
import { operator } from './telling.ts'

/** What a route under /api/admin answered; its JSON is whatever a test expects of it. */
type Answer = { status: number; json: any }

export type Administered = Served & {
  send(method: string, path: string, body?: unknown, headers?: object): Promise<Answer>
  /** Headers of a key with these scopes alone. */
  keyWith(...scopes: Scope[]): Promise<{ authorization: string }>
  /** A published document, once all that was started has ended. */
  published(path: string): Promise<string>
}

/** The service, and an operator's program that talks JSON to it. */
export async function administered(): Promise<Administered> {
  const served = await servedWorld()
  return Object.assign(served, {
    async send(method: string, path: string, body?: unknown, headers = {}) {
      const answer = await served.api(`/api/admin/${path}`, { method, body, headers })
      return { status: answer.status, json: await answer.json() }
    },
    async keyWith(...scopes: Scope[]) {
      const { token } = await createKey(served.deps, operator, { name: 'other', scopes })
      return { authorization: `Bearer ${token}` }
    },
    async published(path: string) {
      await served.settled()
      return (await served.app.fetch(new Request(`http://status.example${path}`))).text()
    },
  })
}
