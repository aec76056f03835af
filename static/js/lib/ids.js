// Makes ids on the phone: UUIDv7, which sort by time. Not crypto.randomUUID, which a page served over plain HTTP on
// a museum's LAN does not have.
export function newId(now = Date.now(), fillRandom = (bytes) => crypto.getRandomValues(bytes)) {
  const bytes = fillRandom(new Uint8Array(16))
  for (let n = 0; n < 6; n += 1) bytes[n] = Math.floor(now / 256 ** (5 - n)) & 0xff
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return [8, 12, 16, 20, 32].map((end, n) => hex.slice([0, 8, 12, 16, 20][n], end)).join("-")
}

// When an id was made, in ms.
export function madeAt(id) {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
