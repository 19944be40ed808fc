import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser } from 'playwright-core'

/** A browser that speaks to loopback only and looks nothing up. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? missing(), args: quiet })
}

export function findChromium(): string | undefined {
  const places = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ]
  return places.find((place) => place && existsSync(place))
}

/** Makes sure that there is a Chromium before the first test, installing one where that is possible. */
export default function ensureChromium(): void {
  if (findChromium()) return
  console.log('No Chromium yet: installing one for the browser tests.')
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    attempt('apt-get', ['update'])
    attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
  }
  if (!findChromium()) {
    const cli = createRequire(import.meta.url).resolve('playwright-core/cli.js')
    attempt(process.execPath, [cli, 'install', 'chromium'])
  }
  if (!findChromium()) missing()
}

function attempt(command: string, args: string[]): void {
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 })
  } catch (error) {
    console.error(`${command} ${args.join(' ')}: ${(error as Error).message}`)
  }
}

function missing(): never {
  throw new Error(
    'The browser tests need Chromium, and none could be installed here. Install it (Debian: apt-get install chromium; ' +
      'elsewhere: npx playwright-core install chromium), or say where it is with CHROMIUM=/path/to/chromium.',
  )
}
