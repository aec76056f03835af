import assert from "node:assert/strict"
import { test } from "node:test"
import { takenAt } from "../../static/js/lib/exif.js"

// A JPEG's head with EXIF: `tags` of the details of the shot, by number.
function exif(tags, { little = true, before = 20 } = {}) {
  const buffer = new ArrayBuffer(before + 600)
  const bytes = new Uint8Array(buffer)
  bytes.set([0xff, 0xd8, 0xff, 0xe1])
  bytes.set(new TextEncoder().encode("Exif\0\0"), before)
  const view = new DataView(buffer, before + 6)
  view.setUint16(0, little ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, little)
  view.setUint32(4, 8, little)
  view.setUint16(8, 1, little)
  put(view, 10, 0x8769, 4, 1, 40, little)
  view.setUint16(40, Object.keys(tags).length, little)
  let free = 200
  Object.entries(tags).forEach(([tag, text], n) => {
    put(view, 42 + 12 * n, Number(tag), 2, text.length + 1, free, little)
    bytes.set(new TextEncoder().encode(`${text}\0`), before + 6 + free)
    free += text.length + 1
  })
  return buffer
}

function put(view, at, tag, type, count, value, little) {
  view.setUint16(at, tag, little)
  view.setUint16(at + 2, type, little)
  view.setUint32(at + 4, count, little)
  view.setUint32(at + 8, value, little)
}

const shot = { 0x9003: "2015:11:07 14:03:00", 0x9011: "-05:00" }
const iso = (ms) => new Date(ms).toISOString()

test("a photo says when it was taken, by either order of bytes and wherever its EXIF is", () => {
  for (const how of [{}, { little: false }, { before: 30_000 }]) {
    assert.equal(iso(takenAt(exif(shot, how))), "2015-11-07T19:03:00.000Z")
  }
})

test("without an offset it is the phone's own zone", () => {
  assert.equal(takenAt(exif({ 0x9003: shot[0x9003] })), Date.parse("2015-11-07T14:03:00"))
})

test("a photo that does not say, or says nonsense, says nothing", () => {
  assert.equal(takenAt(new ArrayBuffer(0)), null)
  assert.equal(takenAt(new ArrayBuffer(500)), null)
  assert.equal(takenAt(exif({})), null)
  assert.equal(takenAt(exif({ 0x9003: "0000:00:00 00:00:00" })), null)
  assert.equal(takenAt(exif({ 0x9003: "          " })), null)
  assert.equal(takenAt(new TextEncoder().encode("EExif\0\0Exif\0\0II*\0").buffer), null)
  const whole = exif(shot)
  for (let size = 0; size < whole.byteLength; size += 7) takenAt(whole.slice(0, size))
})
