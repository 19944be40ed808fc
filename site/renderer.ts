import { createApp } from 'astro/app/entrypoint'

const app = createApp({ streaming: false })

/** Renders one path of the site to a Response in memory. */
export function render(path: string, locals: object): Promise<Response> {
  return app.render(new Request(new URL(path, 'http://localhost')), { locals })
}
