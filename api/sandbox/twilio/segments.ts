const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extended = '^{}\\[~]|€'

/** How many SMS a text takes: GSM 03.38 where it suffices, else UCS-2. */
export function countSegments(text: string): number {
  const isGsm = [...text].every((char) => basic.includes(char) || extended.includes(char))
  const length = isGsm
    ? [...text].reduce((sum, char) => sum + (extended.includes(char) ? 2 : 1), 0)
    : text.length
  const [single, joined] = isGsm ? [160, 153] : [70, 67]
  return length <= single ? 1 : Math.ceil(length / joined)
}
