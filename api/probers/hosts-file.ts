import type { LookupAddress } from 'node:dns'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

const USUAL =
  process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'
/** Milliseconds for which one reading counts. */
const KEPT = 10_000

/** What the machine's own list says of names: it goes before all name servers. */
export function hostsFile(path = USUAL): () => Promise<Map<string, LookupAddress[]>> {
  let read: Promise<Map<string, LookupAddress[]>> | null = null
  return () => {
    if (!read) {
      read = readFile(path, 'utf8')
        .catch(() => '')
        .then(parse)
      setTimeout(() => (read = null), KEPT).unref()
    }
    return read
  }
}

function parse(text: string): Map<string, LookupAddress[]> {
  const hosts = new Map<string, LookupAddress[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const family = isIP(address)
    if (family === 0) continue
    for (const name of names.map((each) => each.toLowerCase()))
      hosts.set(name, [...(hosts.get(name) ?? []), { address, family }])
  }
  return hosts
}
