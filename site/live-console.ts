/** Keeps the console fresh: puts new regions in place of old ones, around what somebody is busy with. */

import { showAudiences } from './live-audience.ts'

const every = 5_000
const parser = new DOMParser()
const live = document.querySelector<HTMLElement>('#live')!
const again = document.querySelector<HTMLElement>('#again')!

let said = live.dataset.said
let since = new Date()
let leaving = false

async function refresh() {
  if (document.hidden || leaving) return
  try {
    const answer = await fetch(live.dataset.page!, { signal: AbortSignal.timeout(every) })
    if (!answer.ok) throw answer
    if (answer.redirected) return signedOut()
    const fresh = parser.parseFromString(await answer.text(), 'text/html')
    if (leaving) return
    since = new Date()
    renewPage(fresh)
  } catch {
    tell(live.dataset.stale!.replace('{time}', clock(since)), 'stale')
  }
}

function renewPage(fresh: Document) {
  for (const part of ['title', '[rel=icon]']) {
    document.querySelector(part)!.replaceWith(fresh.querySelector(part)!)
  }
  const key = keysIn(fresh)[0]?.defaultValue
  for (const field of key ? keysIn(document) : []) field.defaultValue = key!
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details[id]')) {
    fresh.querySelector(`#${details.id}`)?.toggleAttribute('open', details.open)
  }
  renewParts(document.body, fresh.body)

  const news = fresh.querySelector<HTMLElement>('#live')!.dataset.said
  again.hidden = true
  tell(news === said ? '' : news!)
  said = news
}

/** Renews the regions in `old`, takes away those that are gone and adds those that are new, in their order. */
function renewParts(old: Element, fresh: Element) {
  const next = partsOf(fresh)
  for (const part of partsOf(old)) {
    if (!next.some(({ id }) => id === part.id) && !isBusy(part)) part.remove()
  }
  let after: Element | null = null
  for (const part of next.toReversed()) {
    const mine = document.getElementById(part.id)
    if (mine) renew(mine, part)
    else if (after) after.before(part)
    else old.append(part)
    after = document.getElementById(part.id)
  }
}

function renew(old: Element, fresh: Element) {
  if (old.isEqualNode(fresh)) return
  if (isBusy(old)) renewParts(old, fresh)
  else old.replaceWith(fresh)
}

/** The outermost live regions within an element. */
function partsOf(element: Element) {
  const around = element.closest('[data-live]')
  return [...element.querySelectorAll('[data-live]')].filter(
    ({ parentElement }) => parentElement!.closest('[data-live]') === around,
  )
}

/** Somebody has the focus here, an open form, or changed a closed one. */
function isBusy(region: Element) {
  return (
    region.matches(':has(:focus, .action[open])') ||
    [...region.querySelectorAll<Control>('input, textarea, option')].some(isChanged)
  )
}

type Control = HTMLInputElement & HTMLOptionElement

function isChanged(control: Control) {
  const {
    value,
    defaultValue = value,
    checked,
    defaultChecked,
    selected,
    defaultSelected,
  } = control
  return value !== defaultValue || checked !== defaultChecked || selected !== defaultSelected
}

function keysIn(page: Document) {
  return [...page.querySelectorAll<HTMLInputElement>('[name=form_key]')]
}

function signedOut() {
  tell(live.dataset.signedOut!, 'stale')
  again.hidden = false
}

function clock(at: Date) {
  return at.toLocaleTimeString(document.documentElement.lang, {
    timeZone: live.dataset.zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  })
}

function tell(words: string, now = '') {
  live.dataset.now = now
  if (live.textContent !== words) live.textContent = words
}

showAudiences(fetch.bind(window))
setInterval(refresh, every)
addEventListener('online', refresh)
document.addEventListener('visibilitychange', refresh)

// Between the two clicks of a double click the key must not change: it is what makes them one.
document.addEventListener('submit', () => (leaving = true))
addEventListener('pageshow', ({ persisted }) => {
  leaving = false
  if (persisted) refresh()
})
