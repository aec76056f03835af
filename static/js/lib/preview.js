// Makes a preview of a photo, or of a clip's first picture, on the phone. It resizes while decoding: iPhones give a
// page no canvas for a whole photo, and ten of them in memory crash the page.

import { paper } from "./paper.js"

// → {blob, width, height}, or null where this browser cannot open the file (HEIC outside of Safari, mostly).
export async function preview(blob, { edge, qualities, enough }) {
  try {
    const drawn = await draw(blob, edge)
    return drawn && (await encode(drawn, qualities, enough))
  } catch {
    return null
  }
}

async function draw(blob, edge) {
  const real = await upright(blob)
  let bitmap = await resized(blob, real, edge)
  // Browsers disagree whether the requested size applies before or after rotation.
  if (real && Math.abs(bitmap.width / bitmap.height - real.width / real.height) > 0.02) {
    bitmap.close()
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" })
  }
  const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height))
  const canvas = newCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale))
  const context = paper(canvas)
  context.imageSmoothingQuality = "high"
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return canvas
}

function resized(blob, real, edge) {
  const options = { imageOrientation: "from-image" }
  if (!real) return createImageBitmap(blob, options)
  const scale = Math.min(1, edge / Math.max(real.width, real.height))
  const size = { resizeWidth: Math.round(real.width * scale), resizeHeight: Math.round(real.height * scale) }
  return createImageBitmap(blob, { ...options, ...size, resizeQuality: "high" })
}

async function encode(canvas, qualities, enough) {
  let made = null
  for (const quality of qualities) {
    made = await jpeg(canvas, quality)
    if (made.size <= enough) break
  }
  const { width, height } = canvas
  canvas.width = canvas.height = 0 // iOS frees the memory only then
  return made.type === "image/jpeg" ? { blob: made, width, height } : null
}

function newCanvas(width, height) {
  if (globalThis.OffscreenCanvas) return new OffscreenCanvas(width, height)
  return Object.assign(document.createElement("canvas"), { width, height })
}

function jpeg(canvas, quality) {
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: "image/jpeg", quality })
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality))
}

// The displayed size of a JPEG, read from its first bytes without decoding it; null for other formats.
export async function upright(blob) {
  const view = new DataView(await blob.slice(0, 256 << 10).arrayBuffer())
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null
  let turned = false
  for (let at = 2; at + 9 < view.byteLength; ) {
    const marker = view.getUint16(at)
    if ((marker & 0xff00) !== 0xff00) return null
    const length = view.getUint16(at + 2)
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) turned = orientation(view, at + 10, at + 2 + length) >= 5
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      return turned ? { width: height, height: width } : { width, height }
    }
    at += 2 + length
  }
  return null
}

// EXIF tag 0x0112: 1 to 4 are upright or upside down, 5 to 8 are on their side.
function orientation(view, tiff, end) {
  const last = Math.min(end, view.byteLength)
  if (tiff + 8 > last) return 1
  const little = view.getUint16(tiff) === 0x4949
  const directory = tiff + view.getUint32(tiff + 4, little)
  if (directory + 2 > last) return 1
  const count = view.getUint16(directory, little)
  for (let n = 0; n < count; n += 1) {
    const tag = directory + 2 + n * 12
    if (tag + 10 > last) return 1
    if (view.getUint16(tag, little) === 0x0112) return view.getUint16(tag + 8, little)
  }
  return 1
}
