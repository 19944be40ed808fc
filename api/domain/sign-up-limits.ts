import type { Channel } from './words.ts'

/** Requests per hour that nobody has confirmed: above them somebody makes us write to strangers. */
export const UNCONFIRMED_PER_HOUR: Record<Channel, number> = {
  email: 10_000,
  sms: 1_000,
  webhook: 1_000,
  slack: 1_000,
  teams: 1_000,
  discord: 1_000,
}

/** As above, from one network of the internet. */
export const UNCONFIRMED_PER_NETWORK = 20
/** As above, at one mail domain or webhook host. */
export const UNCONFIRMED_PER_DOMAIN = 300
/** As above, in one mailbox: many take `ada+1@`, `ada+2@` and `a.da@` for one. */
export const UNCONFIRMED_PER_MAILBOX = 5
/** As above, in one block of numbers, those that differ in the last four digits only: fraud with fees uses such. */
export const UNCONFIRMED_PER_BLOCK = 100

/** Where so many people have their mailbox that a rush of them says nothing. */
const forEverybody = new Set(
  `gmail.com googlemail.com outlook.com hotmail.com live.com msn.com outlook.de outlook.fr hotmail.co.uk hotmail.fr
   hotmail.es hotmail.it icloud.com me.com mac.com yahoo.com ymail.com yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.fr
   yahoo.de yahoo.es yahoo.it yahoo.com.br yahoo.com.mx aol.com proton.me protonmail.com pm.me fastmail.com zoho.com
   gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de mail.de posteo.de orange.fr wanadoo.fr free.fr
   sfr.fr laposte.net libero.it virgilio.it tiscali.it telefonica.net uol.com.br bol.com.br terra.com.br rediffmail.com
   docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp nifty.com comcast.net att.net verizon.net sbcglobal.net cox.net
   bell.net rogers.com shaw.ca btinternet.com sky.com virginmedia.com talktalk.net bigpond.com optusnet.com.au xtra.co.nz
   ziggo.nl kpnmail.nl telenet.be skynet.be bluewin.ch qq.com 163.com 126.com naver.com daum.net yandex.ru mail.ru`.split(
    /\s+/,
  ),
)

/** What all addresses that belong to one organisation end or begin with; null where that says nothing. */
export function domainOf(channel: Channel, address: string): string | null {
  if (channel === 'webhook') return `${new URL(address).origin}/`
  if (channel !== 'email') return null
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return forEverybody.has(domain) ? null : `@${domain}`
}

/** The block of a number, which all its neighbours begin with. */
export function blockOf(number: string): string {
  return number.slice(0, -4)
}

/** The mailbox in which an address ends up at providers that ignore dots and what follows a plus. */
export function mailboxOf(address: string): string {
  const at = address.lastIndexOf('@')
  const [name] = address.slice(0, at).split('+')
  return `${name!.replaceAll('.', '')}${address.slice(at)}`.toLowerCase()
}
