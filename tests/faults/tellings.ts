/** One address and one incident; news about several incidents are about none of them, ''. */
export type Telling = { to: string; incident: string; times: number }

/** How often everybody was told of what, as those count it who took the messages. */
export function countTellings() {
  const counted = new Map<string, Telling>()
  return {
    count(to: string, incident: string, times = 1): void {
      const key = `${to} ${incident}`
      const telling = counted.get(key) ?? { to, incident, times: 0 }
      telling.times += times
      counted.set(key, telling)
    },
    all: () => [...counted.values()],
  }
}

/** What a message is about, by the links in its words or by what it refers to. */
export function incidentIn(words = ''): string {
  const named = words.matchAll(/\bincident(?:s\/|-)([a-z0-9]{12})\b/g)
  const [incident, ...others] = new Set([...named].map(([, id]) => id!))
  return incident === undefined || others.length > 0 ? '' : incident
}
