/** Plain and quiet; the mails are what is looked at. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f6f3, #16181b);
  --card: light-dark(#ffffff, #1f2226);
  --ink: light-dark(#1d2125, #e7e9ec);
  --quiet: light-dark(#5f6870, #a0a8b0);
  --line: light-dark(#e2e2dc, #32363c);
  --accent: light-dark(#1f6f54, #6fd0a8);
  --on-accent: light-dark(#ffffff, #0f1d17);
  --good: light-dark(#1f6f54, #6fd0a8);
  --bad: light-dark(#b3261e, #ff9c92);
  --wash: light-dark(#eef4f1, #22302b);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
h1 { margin: 0; font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
.wide { max-width: 62rem; margin: 0 auto; padding-inline: 1rem; }
.top { background: var(--card); border-bottom: 1px solid var(--line); }
.top .wide { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding-block: .5rem; }
.mark { flex: 1; color: inherit; text-decoration: none; font-weight: 650; white-space: nowrap; }
.mark span { margin-left: .4rem; font-weight: 400; font-size: .85rem; color: var(--quiet); }
nav { display: flex; gap: .25rem; }
nav a { padding: .4rem .7rem; border-radius: 999px; color: var(--quiet); text-decoration: none; white-space: nowrap; }
nav a[aria-current] { background: var(--wash); color: var(--accent); font-weight: 600; }
nav b { font-size: .8rem; font-weight: 600; font-variant-numeric: tabular-nums; }
main { padding-block: 1.5rem 4rem; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; margin-bottom: 1rem; }
.head h1 { flex: 1 1 0; min-width: 8rem; }
.search { flex: 0 1 16rem; }
input { width: 100%; padding: .5rem .75rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
button { padding: .5rem .9rem; font: inherit; font-size: .9rem; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: 8px; cursor: pointer; }
button.plain { color: var(--quiet); background: none; border-color: var(--line); font-weight: 400; }
.quiet { color: var(--quiet); font-size: .9rem; }
.back { margin: 0 0 .75rem; font-size: .9rem; }
.back a { text-decoration: none; }
.empty { padding: 4rem 1rem; text-align: center; color: var(--quiet); background: var(--card); border: 1px dashed var(--line); border-radius: 12px; }
.empty strong { color: var(--ink); }
.notice { padding: .6rem .9rem; background: var(--wash); border-left: 3px solid var(--good); border-radius: 6px; }
.notice.bad { border-color: var(--bad); color: var(--bad); }
.list, .thread, .faults ul { margin: 0; padding: 0; list-style: none; }
.list { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.list li + li { border-top: 1px solid var(--line); }
.list a { display: grid; grid-template-columns: 14rem 1fr auto; gap: 1rem; align-items: center; padding: .7rem 1rem; color: inherit; text-decoration: none; }
.list a:hover { background: var(--wash); }
.who, .what { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.what { color: var(--quiet); }
.what strong { color: var(--ink); font-weight: 600; }
.when { display: flex; gap: .75rem; align-items: center; justify-content: flex-end; }
time { color: var(--quiet); font-size: .85rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
time i { font-style: normal; }
.chip { display: inline-flex; gap: .3rem; align-items: center; color: var(--quiet); font-size: .85rem; white-space: nowrap; }
.chip i { font-style: normal; }
.chip.delivered { color: var(--good); }
.chip.bounced, .chip.undelivered, .chip.complained { color: var(--bad); }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0 0 1rem; font-size: .95rem; }
.facts dt { color: var(--quiet); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.step { display: inline-flex; gap: .4rem; margin-right: 1rem; }
.letter { display: block; width: 100%; height: min(70vh, 52rem); background: light-dark(#fff, #1f2226); border: 1px solid var(--line); border-radius: 12px; }
details { margin-top: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
summary { padding: .6rem 1rem; cursor: pointer; font-size: .95rem; }
pre { margin: 0; padding: .25rem 1rem 1rem; font: .85rem/1.55 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.phone { max-width: 26rem; margin: 0 auto; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 28px; }
.phone h1 { display: flex; justify-content: space-between; align-items: baseline; padding: .25rem .5rem .75rem; font-size: 1.05rem; border-bottom: 1px solid var(--line); }
.phone h1 a { font-size: .85rem; font-weight: 400; text-decoration: none; }
.thread { display: flex; flex-direction: column; gap: .6rem; min-height: 18rem; padding: 1rem .25rem; }
.thread li { max-width: 85%; }
.thread p { margin: 0; padding: .55rem .85rem; border-radius: 18px; overflow-wrap: anywhere; white-space: pre-wrap; }
.thread .in p { background: var(--paper); border-bottom-left-radius: 4px; }
.thread .out { align-self: flex-end; text-align: right; }
.thread .out p { background: var(--accent); color: var(--on-accent); border-bottom-right-radius: 4px; text-align: left; }
.thread small { display: block; padding: .15rem .5rem 0; color: var(--quiet); font-size: .75rem; }
.thread small time { font-size: inherit; }
.reply { display: flex; gap: .5rem; }
.reply input { border-radius: 999px; background: var(--paper); }
.reply button { border-radius: 999px; }
.quick { display: flex; gap: .5rem; margin-top: .6rem; }
.quick button { flex: 1; padding: .3rem; color: var(--quiet); background: none; border-color: var(--line); font-weight: 400; border-radius: 999px; }
.of-endpoints a { grid-template-columns: minmax(14rem, 1fr) 1fr auto; }
.url { font-size: 1.05rem; }
.to-try { margin-top: 2rem; }
.to-try dl { font-size: .9rem; }
code { font: .85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.post { margin-bottom: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.post > header { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; padding: .6rem 1rem; border-bottom: 1px solid var(--line); }
.post > header h2 { flex: 1; margin: 0; overflow-wrap: anywhere; }
.post > pre { padding-top: .75rem; }
.post details { margin: 0; border-width: 1px 0 0; border-radius: 0; }
.card { margin: .9rem 1rem; padding-left: .8rem; border-left: 4px solid transparent; overflow-wrap: anywhere; }
.card h3 { margin: 0 0 .4rem; font-size: 1.05rem; }
.card p { margin: 0 0 .6rem; white-space: pre-line; }
.card dt { overflow-wrap: anywhere; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; }
.buttons a { padding: .35rem .8rem; border: 1px solid var(--line); border-radius: 8px; font-size: .9rem; font-weight: 600; text-decoration: none; }
.faults { margin-top: 1.5rem; }
.faults ul { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.faults li { display: grid; grid-template-columns: 1fr auto; gap: .5rem 1rem; align-items: center; padding: .7rem 1rem; }
.faults li + li { border-top: 1px solid var(--line); }
.faults li.on { background: var(--wash); }
.faults form { display: flex; gap: .5rem; align-items: center; }
.faults input[type='number'] { width: 4.5rem; padding: .4rem .5rem; }
.faults .chip { margin-left: .4rem; }
@media (max-width: 44rem) {
  .mark span, .list time i { display: none; }
  nav { flex-wrap: wrap; gap: 0; margin-inline: -.5rem; }
  nav a { padding-inline: .5rem; font-size: .95rem; }
  .to-try dl { grid-template-columns: 1fr; }
  .to-try dd { margin-bottom: .5rem; }
  .list a { grid-template-columns: 1fr auto; gap: .1rem .75rem; }
  .what { grid-row: 2; grid-column: 1 / -1; }
  .head .search { flex: 1 1 100%; order: 1; }
  .faults li { grid-template-columns: 1fr; }
  .faults form { justify-content: end; }
}
`
