import { listen, listenRaw } from './listen.ts'
import type { Wire } from './provider-trouble.ts'

export const httpWire: Wire = {
  async healthy() {
    let reached = 0
    const server = await listen(() => {
      reached++
      return new Response()
    })
    return { ...server, reached: () => reached }
  },
  silent: () => listenRaw(() => undefined),
  rude: () => listenRaw(({ socket }) => socket.destroy()),
  cutting: () =>
    listenRaw((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('{"data": [', () => response.destroy())
    }),
  dripping: () =>
    listenRaw((_request, response) => {
      response.writeHead(200).write(' ')
    }),
  endless: () =>
    listenRaw((_request, response) => {
      const chunk = 'x'.repeat(64 * 1024)
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', pour).writeHead(200)
      pour()
    }),
}
