/** Reads what is worth reading. */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ text: string; cut: boolean }> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const whole of body) {
    const chunk = whole.subarray(0, limit - bytes)
    bytes += chunk.byteLength
    text += decoder.decode(chunk, { stream: true })
    if (bytes >= limit) return { text, cut: true }
  }
  return { text: text + decoder.decode(), cut: false }
}
