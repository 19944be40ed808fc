import { html } from 'hono/html'
import type { Html } from './routes.ts'

/** Web addresses become links, as phones do it; nothing else of a text does. */
export function linked(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"\\]*[^\s<>"\\.,;:!?)])/)
    .map((piece, index) => (index % 2 ? html`<a href="${piece}">${piece}</a>` : html`${piece}`))
}
