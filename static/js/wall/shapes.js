// How the layout sees an item: a photograph of some ratio, or a text of some length. Pure.
import { sides } from "./bilingual.js"

export function pictureOf(item) {
  return item.media?.find((media) => media.status === "ready" && media.wall) ?? null
}

// The length of its clip in seconds; 0 for a photo or a text.
export function secondsOf(item) {
  return (pictureOf(item)?.clip && pictureOf(item).duration) || 0
}

// Say whether it fits beside two others: no clip, and a text that can be read in a third of the screen. longest: how many
// characters the last row can read.
export function isBrief(item, longest) {
  const { text } = item
  return !secondsOf(item) && Math.max((text?.fr ?? "").length, (text?.en ?? "").length) <= longest / 3
}

// The object-position of a picture that is cropped; "" for its middle.
export function aimOf({ focus }) {
  return focus ? `${Math.round(100 * focus.x)}% ${Math.round(100 * focus.y)}%` : ""
}

export function morePictures(item) {
  return (item.media ?? []).filter((media) => media.status === "ready").length - 1
}

export function shapeOf(item, lang) {
  const media = pictureOf(item)
  if (media) return { key: item.id, kind: "photo", ratio: media.width / media.height || 1.5 }
  const { first, second } = sides(item.text, lang)
  const length = [...first.text].length + (second ? [...second.text].length / 2 : 0) // the second is set smaller
  return { key: item.id, kind: item.house ? "house" : "text", length }
}

// Can the item hang? It needs a picture that is ready, or a text.
export function hangable(item) {
  return Boolean(pictureOf(item) || item.text?.fr || item.text?.en)
}
