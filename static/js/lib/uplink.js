// Estimates the upload speed from past uploads. Pure. The browser's own estimate is missing on iPhones and wrong
// behind a museum's Wi-Fi.
export const FAST = 2_000_000 // bit/s
export const SLOW = 300_000
const UNKNOWN = 1_000_000
const MIN_BYTES = 20_000 // bytes; smaller uploads measure latency, not bandwidth

export const PATCH_SECONDS = 4
export const SMALLEST = 64 << 10 // bytes of one PATCH
export const LARGEST = 4 << 20

// The estimate after another upload, which counts for half.
export function learnt(before, bytes, ms) {
  if (bytes < MIN_BYTES || ms <= 0) return before
  const now = (bytes * 8000) / ms
  return before ? Math.round((before + now) / 2) : Math.round(now)
}

// The preview to make: its long edge, the JPEG qualities to try in turn, and the target size.
export function rendition(uplink) {
  const bits = uplink || UNKNOWN
  if (bits < SLOW) return { edge: 720, qualities: [0.5, 0.4], enough: 40_000 } // too small to compare with its original
  if (bits < FAST) return { edge: 1280, qualities: [0.72, 0.6, 0.5], enough: 105_000 }
  return { edge: 1600, qualities: [0.8, 0.72], enough: 300_000 }
}

// The size of the next PATCH of an original: a few seconds' worth, so that an interruption costs little.
export function portion(uplink) {
  const wanted = ((uplink || UNKNOWN) / 8) * PATCH_SECONDS
  return Math.round(Math.min(LARGEST, Math.max(SMALLEST, wanted)))
}
