import autocannon from 'autocannon'
import { percentile } from '../measure.ts'

export type Latency = { p50: number; p99: number }

/** How long readers wait, in ms: a modest number of them, so that they measure the service and not themselves. */
export async function latencyOf(url: string, seconds: number): Promise<Latency> {
  const samples: number[] = []
  await new Promise<void>((resolve, reject) => {
    const options = {
      url,
      connections: 4,
      overallRate: 100,
      duration: seconds,
      headers: { 'accept-encoding': 'br' },
    }
    const run = autocannon(options, (error) => (error ? reject(error as Error) : resolve()))
    run.on('response', (_client, _status, _bytes, ms) => samples.push(ms))
  })
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) }
}
