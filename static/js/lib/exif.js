// When a photo was taken, by its EXIF. Pure: bytes in, milliseconds out.
const DETAILS = 0x8769 // the tag that leads to the details of the shot
const ORIGINAL = 0x9003 // "2015:11:07 14:03:00", by the camera's clock
const OFFSET = 0x9011 // "-05:00", where the camera knows it
const MARK = [0x45, 0x78, 0x69, 0x66, 0, 0] // "Exif", in JPEG and HEIC alike

// `buffer`: the beginning of the file → ms, or null where it does not say. Without an offset the time is that of the
// phone's own zone.
export function takenAt(buffer) {
  const bytes = new Uint8Array(buffer)
  for (let at = bytes.indexOf(MARK[0]); at >= 0; at = bytes.indexOf(MARK[0], at + 1)) {
    if (!MARK.every((byte, n) => bytes[at + n] === byte)) continue
    try {
      return read(new DataView(buffer, at + MARK.length))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error // cut off, or no EXIF after all
    }
  }
  return null
}

function read(view) {
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return null
  const little = order === 0x4949
  const details = entries(view, view.getUint32(4, little), little).get(DETAILS)
  const found = details ? entries(view, details.value, little) : new Map()
  const [, date, time] = /^(\d{4}:\d\d:\d\d) (\d\d:\d\d:\d\d)/.exec(text(view, found.get(ORIGINAL))) ?? []
  if (!date) return null
  const [offset] = /^[+-]\d\d:\d\d/.exec(text(view, found.get(OFFSET))) ?? [""]
  const taken = Date.parse(`${date.replaceAll(":", "-")}T${time}${offset}`)
  return Number.isNaN(taken) ? null : taken
}

// A directory: tag → {count, value, at}, where `at` is the place of the value itself
function entries(view, start, little) {
  const found = new Map()
  const length = view.getUint16(start, little)
  for (let n = 0; n < length; n += 1) {
    const at = start + 2 + 12 * n
    const value = view.getUint32(at + 8, little)
    found.set(view.getUint16(at, little), { count: view.getUint32(at + 4, little), value, at: at + 8 })
  }
  return found
}

function text(view, entry) {
  if (!entry || entry.count > 40) return ""
  const start = entry.count > 4 ? entry.value : entry.at
  return Array.from({ length: entry.count }, (_, n) => String.fromCharCode(view.getUint8(start + n))).join("")
}
