import type { APIRoute } from 'astro'

/** Drawn once by tests/pictures/cards.ts; `?inline` puts their bytes into the compiled site. */
const cards = import.meta.glob<string>('../../cards/*.png', {
  query: '?inline',
  import: 'default',
  eager: true,
})

export const GET: APIRoute = ({ params }) => {
  const uri = cards[`../../cards/${params['card']}.png`]
  if (!uri) return new Response(null, { status: 404 })
  const bytes = Uint8Array.from(atob(uri.split(',')[1]!), (letter) => letter.charCodeAt(0))
  return new Response(bytes, { headers: { 'content-type': 'image/png' } })
}
