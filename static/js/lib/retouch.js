// The geometry of retouching, as the reviewer sees the photo: positions and lengths are fractions (0 to 1) of the
// whole picture on the screen. The server stores them for the picture as taken, with the turn beside them. Pure.

export const MIN_SIDE = 0.05 // of a side: the smallest frame that fingers can grab
const TAP = 0.02 // of a side: less movement is a tap
const TAPPED = 0.18 // of a side: the size of a part made by a tap

export const WHOLE = { x: 0, y: 0, w: 1, h: 1 }
export const NOTHING = { turn: 0, crop: null, focus: null, blurs: [] }

// Convert between the server's coordinates and the screen's.
export function seen(retouch) {
  return { ...rotated(retouch, retouch.turn), turn: retouch.turn }
}

export function kept(state) {
  return { ...rotated(state, 4 - state.turn), turn: state.turn }
}

// Turn everything by quarters, clockwise: 1 to the right, -1 to the left.
export function turned(state, quarters) {
  return { ...rotated(state, (quarters + 4) % 4), turn: (state.turn + quarters + 4) % 4 }
}

export function isNothing({ turn, crop, focus, blurs }) {
  return !turn && !crop && !focus && !blurs.length
}

// Move a box, within the picture.
export function moved(box, dx, dy) {
  return { ...box, x: clamp(box.x + dx, 0, 1 - box.w), y: clamp(box.y + dy, 0, 1 - box.h) }
}

// Drag one corner ("nw", "ne", "sw", "se"); the opposite one stays.
export function pulled(box, corner, { x, y }) {
  const [right, bottom] = [box.x + box.w, box.y + box.h]
  const west = corner.endsWith("w")
  const north = corner.startsWith("n")
  const left = west ? clamp(x, 0, right - MIN_SIDE) : box.x
  const top = north ? clamp(y, 0, bottom - MIN_SIDE) : box.y
  const end = west ? right : clamp(x, box.x + MIN_SIDE, 1)
  const foot = north ? bottom : clamp(y, box.y + MIN_SIDE, 1)
  return { x: left, y: top, w: end - left, h: foot - top }
}

// Resize around the middle; at the edge of the picture, grow to the other side.
export function grown(box, dw, dh) {
  const [w, h] = [clamp(box.w + dw, MIN_SIDE, 1), clamp(box.h + dh, MIN_SIDE, 1)]
  return moved({ x: box.x, y: box.y, w, h }, (box.w - w) / 2, (box.h - h) / 2)
}

// The box that a finger has drawn between two points; a tap makes a square around it.
export function drawn(from, to, ratio = 1) {
  const [w, h] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)]
  if (w < TAP && h < TAP) return around(to, ratio)
  const box = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.max(w, MIN_SIDE), h: Math.max(h, MIN_SIDE) }
  return moved(box, 0, 0)
}

export function around({ x, y }, ratio = 1) {
  const [w, h] = ratio > 1 ? [TAPPED / ratio, TAPPED] : [TAPPED, TAPPED * ratio]
  return moved({ x: x - w / 2, y: y - h / 2, w, h }, 0, 0)
}

// Keep the point inside the crop.
export function inside(box, { x, y }) {
  return { x: clamp(x, box.x, box.x + box.w), y: clamp(y, box.y, box.y + box.h) }
}

export function middle({ x, y, w, h }) {
  return { x: x + w / 2, y: y + h / 2 }
}

// The pointer's position, as fractions of the picture's box.
export function placeOf({ clientX, clientY }, { left, top, width, height }) {
  return { x: clamp((clientX - left) / width, 0, 1), y: clamp((clientY - top) / height, 0, 1) }
}

function rotated({ crop, focus, blurs }, quarters) {
  return {
    crop: crop && turnedBox(crop, quarters),
    focus: focus && turnedPoint(focus, quarters),
    blurs: blurs.map((box) => turnedBox(box, quarters)),
  }
}

function turnedPoint({ x, y }, quarters) {
  return quarters % 4 ? turnedPoint({ x: 1 - y, y: x }, quarters - 1) : { x, y }
}

function turnedBox({ x, y, w, h }, quarters) {
  return quarters % 4 ? turnedBox({ x: 1 - y - h, y: x, w: h, h: w }, quarters - 1) : { x, y, w, h }
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(least, most))
}
