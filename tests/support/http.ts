import { createApp, type App } from '../../api/app.ts'
import { siteRenderer } from '../../api/site.ts'
import { adminKey } from './service.ts'
import { render } from './site.ts'
import { tellingWorld, type Telling } from './telling.ts'

export type Served = Telling & {
  app: App
  /** A request of an operator's program; `body` goes as JSON. */
  api(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>
  /** A form that our own page sends. */
  form(
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response>
}

/** The whole service in process: real database, providers on the sandbox, compiled site; only the socket is missing. */
export async function servedWorld(): Promise<Served> {
  const world = await tellingWorld({ ADMIN_API_KEY: adminKey })
  const app: App = createApp(world.deps)
  world.deps.render = siteRenderer({ render }, () => app)
  const request = (path: string, init: RequestInit) =>
    Promise.resolve(app.fetch(new Request(`http://status.example${path}`, init)))
  return Object.assign(world, {
    app,
    api: (
      path: string,
      {
        method = 'GET',
        body,
        headers,
      }: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
    ) =>
      request(path, {
        method,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    form: (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(fields),
      }),
  })
}
