import { DomainError } from './error.ts'

export type Logo = {
  type: 'image/svg+xml' | 'image/png'
  base64: string
  /** CSS pixels. */
  width: number
  height: number
}

/** It is a part of every page. */
const MOST_BYTES = 32 * 1024

const form = /^data:(image\/svg\+xml|image\/png)((?:;[\w=-]+)*),(.*)$/is

/** Reads a `data:` URI; throws a sentence about what is wrong with it. */
export function readLogo(uri: string): Logo {
  const [, type, parameters, data] = form.exec(uri.trim()) ?? []
  if (data === undefined)
    throw refusal('must be an SVG or PNG as a data: URI, such as data:image/svg+xml;base64,...')
  const bytes = bytesOf(data, /;base64$/i.test(parameters!))
  if (bytes.length > MOST_BYTES)
    throw refusal(`has ${bytes.length} bytes; it must be at most ${MOST_BYTES}`)
  const isPng = type!.toLowerCase() === 'image/png'
  const size = isPng ? sizeOfPng(bytes) : sizeOfSvg(textOf(bytes))
  return { type: isPng ? 'image/png' : 'image/svg+xml', base64: base64Of(bytes), ...size }
}

/** The `data:` URI of a file, whose first bytes tell what it is. */
export function uriOf(file: Uint8Array): string {
  return `data:${isPngFile(file) ? 'image/png' : 'image/svg+xml'};base64,${base64Of(file)}`
}

function refusal(message: string): DomainError {
  return new DomainError('invalid', message)
}

function bytesOf(data: string, isBase64: boolean): Uint8Array {
  try {
    if (!isBase64) return new TextEncoder().encode(decodeURIComponent(data))
    return Uint8Array.from(atob(data.replaceAll(/\s/g, '')), (letter) => letter.charCodeAt(0))
  } catch {
    throw refusal(`must be ${isBase64 ? 'base64' : 'percent-encoded'} after the comma`)
  }
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refusal('must be an SVG in UTF-8')
  }
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

function isPngFile(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

/** A PNG begins with its signature and the chunk IHDR, whose first two numbers are the size. */
function sizeOfPng(bytes: Uint8Array) {
  if (!isPngFile(bytes) || bytes.length < 33) throw refusal('must be a PNG, as its type says')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return sizeIn(view.getUint32(16), view.getUint32(20))
}

const elsewhere = 'references to other files'

/** What an image may not hold, and how that is called. */
const forbidden: [pattern: RegExp, name: string][] = [
  [/<\s*([\w-]+:)?script\b|<[^>]*[\s"'/]on[a-z]+\s*=|javascript:/i, 'scripts'],
  [/<\s*([\w-]+:)?foreignobject\b/i, 'foreign objects'],
  [/<!(doctype|entity)/i, 'a document type'],
  [/\b(href|src)\s*=\s*(?!["'](#|data:image\/(png|jpeg|gif|webp)[;,]))/i, elsewhere],
  [/url\((?!\s*["']?\s*#)|@import|<\?xml-stylesheet/i, elsewhere],
]

function sizeOfSvg(text: string) {
  const root = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<svg\b([^>]*)>/is.exec(text)?.[1]
  if (root === undefined || !/<\/svg\s*>\s*$/.test(text))
    throw refusal('must be an SVG, as its type says: <svg ...> to </svg>')
  for (const [pattern, name] of forbidden)
    if (pattern.test(text)) throw refusal(`must not hold ${name}`)
  const attribute = (name: string) =>
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']\\s*([^"']*?)\\s*["']`).exec(root)?.[1] ?? ''
  const pixels = (name: string) => Number(/^([\d.]+)(px)?$/.exec(attribute(name))?.[1])
  const [, , width = 0, height = 0] = attribute('viewBox')
    .split(/[\s,]+/)
    .map(Number)
  return sizeIn(pixels('width') || width, pixels('height') || height)
}

function sizeIn(width: number, height: number) {
  if (!(width > 0 && height > 0))
    throw refusal('must say its size: width and height in pixels, or a viewBox')
  if (Math.max(width, height) > 4096) throw refusal('must be at most 4096 pixels wide and high')
  return { width, height }
}
