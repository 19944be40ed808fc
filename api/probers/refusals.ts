/** Thrown for what we would not ask. */
export class RefusedTarget extends Error {
  override name = 'RefusedTarget'
}

/** Thrown where our own side keeps us from asking: nothing is known of the target. */
export class OwnFault extends Error {
  override name = 'OwnFault'
  code = 'EAI_AGAIN'
  /** As of a lookup by the machine: nothing was sent. */
  syscall = 'getaddrinfo'
}

/** Refuses an address in place of a name that must not be asked. */
export function refusalOfAddress(address: string): RefusedTarget {
  return new RefusedTarget(`${address} is not a public address and is not allowed`)
}
