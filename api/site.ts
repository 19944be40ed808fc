import type { Deps } from './deps.ts'

type App = { fetch(request: Request, bindings: { internal: true }): Response | Promise<Response> }
type Renderer = { render(path: string, locals: object): Promise<Response> }

/** The compiled site, reading its facts from the API in process. `app` is asked for late: it needs the deps first. */
export function siteRenderer(renderer: Renderer, app: () => App): Deps['render'] {
  return (path, locals, cookie) =>
    renderer.render(path, {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        const request = new Request(input, init)
        if (cookie) request.headers.set('cookie', cookie)
        return app().fetch(request, { internal: true })
      },
      ...locals,
    })
}
