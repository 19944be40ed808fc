import type { APIRoute } from 'astro'
import script from '../widget.js?raw'

/** The script that shows the state on other sites, as it is written: comments are its manual. */
export const GET: APIRoute = () =>
  new Response(script, { headers: { 'content-type': 'text/javascript; charset=utf-8' } })
