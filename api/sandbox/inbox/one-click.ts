import type { Mail } from '../mailbox.ts'

/** Where RFC 8058 lets a mail client unsubscribe by itself, or null when the mail does not offer it. */
export function oneClickUrl(mail: Mail): string | null {
  const header = (name: string) =>
    Object.entries(mail.headers).find(([given]) => given.toLowerCase() === name)?.[1] ?? ''
  if (header('list-unsubscribe-post').trim() !== 'List-Unsubscribe=One-Click') return null
  return /<(https?:\/\/[^>]+)>/.exec(header('list-unsubscribe'))?.[1] ?? null
}

/** Does what a mail client's own button does: one POST, no cookies, no redirects. Returns the status. */
export async function unsubscribeByOneClick(
  mail: Mail,
  fetch: typeof globalThis.fetch,
): Promise<string> {
  const url = oneClickUrl(mail)
  if (url === null) return 'none'
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
    return String(response.status)
  } catch {
    return 'unreachable'
  }
}
