/** Reads what is worth reading; the rest of a long body is cancelled. */
export async function readBody(
  response: Response,
  limit: number,
): Promise<{ text: string; cut: boolean }> {
  if (!response.body) return { text: '', cut: false }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  const reader = response.body.getReader()
  while (true) {
    const { done, value } = await reader.read()
    if (done) return { text: text + decoder.decode(), cut: false }
    const chunk = value.subarray(0, limit - bytes)
    bytes += chunk.byteLength
    text += decoder.decode(chunk, { stream: true })
    if (bytes >= limit) break
  }
  await reader.cancel()
  return { text, cut: true }
}
