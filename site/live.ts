import { formatInstant, formatTime } from '../api/domain/time.ts'

/** Keeps a published page fresh: asks for its own HTML and puts the new <main> in place of the old one. */

const every = 30_000
/** One lost answer is no news; two in a row are. */
const patience = 50_000
/** What is published every few minutes and is older than this has nobody left who publishes it. */
const old = 15 * 60_000
const parser = new DOMParser()
const live = document.querySelector<HTMLElement>('#live')!

let shown = main().outerHTML
let etag = ''
let since = Date.now()

async function refresh() {
  if (document.hidden || isTyping()) return
  try {
    const answer = await fetch(location.pathname, {
      headers: etag ? { 'If-None-Match': etag } : {},
      signal: AbortSignal.timeout(every),
    })
    if (answer.ok) swap(parser.parseFromString(await answer.text(), 'text/html'))
    else if (answer.status !== 304) throw answer
    etag = answer.headers.get('ETag') ?? etag
    since = Date.now()
    const asOf = Date.parse(main().dataset.asOf!)
    if (nowAt(answer) - asOf > old) tellAge(asOf)
    else if (live.dataset.now === 'stale') tell('')
  } catch {
    if (Date.now() - since > patience) tellAge(since)
  }
}

/** By the clock of whoever answered, a cache in between included: that of the visitor may be wrong. */
function nowAt({ headers }: Response) {
  return Date.parse(headers.get('Date')!) + Number(headers.get('Age')) * 1000
}

function tellAge(at: number) {
  const time = formatTime(at, document.documentElement.lang, live.dataset.zone!)
  tell(live.dataset.stale!.replace('{time}', time), 'stale')
}

function swap(fresh: Document) {
  const old = main()
  const next = main(fresh)
  if (next.outerHTML === shown) return
  shown = next.outerHTML
  const focus = keyOf(document.activeElement)
  const news = next.dataset.said !== old.dataset.said && next.dataset.said

  for (const form of old.querySelectorAll('form')) {
    if (isDirty(form)) next.querySelector(`#${form.id}`)?.replaceWith(form)
  }
  for (const { id } of old.querySelectorAll('details[open]')) {
    next.querySelector(`#${id}`)?.setAttribute('open', '')
  }
  old.replaceWith(next)
  for (const part of ['title', 'footer', '[rel=icon]']) {
    document.querySelector(part)!.replaceWith(fresh.querySelector(part)!)
  }
  tellTimesHere()
  if (focus) main().querySelector<HTMLElement>(focus)?.focus({ preventScroll: true })
  if (news) tell(news)
}

/** Where a page lets its reader choose a zone, its times are told in the one of this device. */
function tellTimesHere() {
  const zone = main().querySelector<HTMLElement>('#zone')
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  if (!zone || timeZone === live.dataset.zone) return
  zone.textContent = zone.dataset.own!.replace('{zone}', timeZone)
  for (const own of main().querySelectorAll('time > .own')) {
    const { dateTime, dataset } = own.parentElement as HTMLTimeElement
    const [at, since] = [dateTime, dataset.since ?? 0].map((text) => new Date(text))
    const tell = at!.toDateString() === since!.toDateString() ? formatTime : formatInstant
    own.textContent = tell(+at!, document.documentElement.lang, timeZone)
  }
}

function main(of = document) {
  return of.querySelector('main')!
}

function isTyping() {
  return document.querySelector('main :is(input,select,textarea):focus')
}

function isDirty(form: HTMLFormElement) {
  return ([...form.elements] as HTMLInputElement[]).some(
    ({ value, defaultValue, checked, defaultChecked }) =>
      (defaultValue ?? value) !== value || checked !== defaultChecked,
  )
}

/** How the element that has the focus is found again in the new page. */
function keyOf(element: Element | null) {
  if (!element || !main().contains(element)) return ''
  const { id } = element.closest('[id]')!
  const href = element.getAttribute('href')
  if (href) return `[href="${href}"]`
  return element === main() || element.id ? `#${id}` : `#${id} ${element.localName}`
}

function tell(words: string, now = '') {
  live.dataset.now = now
  if (live.textContent !== words) live.textContent = words
}

/** Every form of a published page has these fields: the time since the page was opened, and the visitor's zone. */
type Fields = { filled_ms: { value: number }; time_zone: { value: string } }

addEventListener('submit', ({ target }) => {
  const { filled_ms, time_zone } = (target as HTMLFormElement).elements as unknown as Fields
  filled_ms.value = performance.now()
  time_zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone
})
tellTimesHere()
setInterval(refresh, every)
addEventListener('online', refresh)
addEventListener('visibilitychange', refresh)
