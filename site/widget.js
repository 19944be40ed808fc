// The state of a page on any other page: <script src="https://status.example/widget.js" async></script>.
// data-only="trouble" shows it while something is wrong; data-label replaces the name of the page.
;(() => {
  const script = document.currentScript
  const from = new URL(script.src)
  const { only, label } = script.dataset
  const host = document.createElement('span')
  const link = document.createElement('a')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    ':host{display:inline-block}a{display:inline-flex;gap:.5em;align-items:center;padding:.35em .8em;border:1px solid #868e9680;' +
      'border-radius:2em;color:inherit;font:500 .875rem/1.4 system-ui,sans-serif;text-decoration:none}' +
      'a:hover span{text-decoration:underline}a:focus-visible{outline:2px solid;outline-offset:2px}img{width:1em;height:1em}a[hidden]{display:none}',
  )
  root.adoptedStyleSheets = [sheet]
  root.append(link)
  link.hidden = true
  script.after(host)

  async function show() {
    if (document.hidden) return
    try {
      const answer = await fetch(new URL('widget.json', from))
      if (!answer.ok) return
      const { name, locale, url, status, description } = await answer.json()
      const sign = new Image()
      sign.src = new URL(`favicon.svg?${status}`, from)
      sign.alt = ''
      const words = document.createElement('span')
      words.textContent = `${label ?? name}: ${description}`
      link.lang = locale
      link.href = url
      link.replaceChildren(sign, words)
      link.hidden = only === 'trouble' && status === 'operational'
    } catch {
      // What was shown last stays: no answer says nothing of the service.
    }
  }

  show()
  setInterval(show, 60_000)
  document.addEventListener('visibilitychange', show)
})()
