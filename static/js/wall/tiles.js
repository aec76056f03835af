// The tiles of the wall: a photograph with its label, or words on a field of colour. Tiles and their text nodes are
// reused, never discarded (pictures.js says why).
import { minutes } from "../lib/time.js"
import { sides } from "./bilingual.js"
import { clamp, fit, fitBoth, label } from "./fit.js"
import { put } from "./put.js"
import { STRETCH } from "./rows.js"
import { morePictures, pictureOf, secondsOf } from "./shapes.js"
import { typo } from "./typo.js"
import { inLang, when } from "./words.js"

export const FIELDS = ["rose", "citron", "papier", "cobalt", "menthe", "vermillon", "nuit"]

export class Tiles {
  #free = { photo: [], text: [] }

  // share: the second language's size, relative to the first's.
  constructor(templates, pictures, share) {
    Object.assign(this, { templates, pictures, share })
  }

  // Make a tile for an item, filled but not placed. `look` is {lang, field, large}.
  make(item, look) {
    const kind = pictureOf(item) ? "photo" : "text"
    const tile = this.#free[kind].pop() ?? this.templates[kind].content.firstElementChild.cloneNode(true)
    tile.dataset.kind = kind
    this.fill(tile, item, look)
    return tile
  }

  fill(tile, item, { lang, field, large }) {
    const { first } = sides(item.text, lang)
    tile.dataset.key = item.id
    tile.lang = first.lang
    if (tile.dataset.kind === "photo") this.#photo(tile, item, lang, large)
    else words(tile, item, lang, field)
    const where = inLang(item.team, first.lang) || inLang(item.place, first.lang)
    tile.said = { credit: item.credit ?? "", places: [where], at: item.house ? "" : when(item.approved_at, first.lang) }
  }

  // Put a photograph into its frame; a scene may have borrowed it.
  hang(tile, item, { lang, large }) {
    const image = this.pictures.get(pictureOf(item), large ? "wall" : "card")
    image.alt = inLang(item.alt, lang)
    const frame = tile.querySelector(".frame")
    if (frame.firstElementChild !== image) frame.replaceChildren(image)
    return frame
  }

  #photo(tile, item, lang, large) {
    const media = pictureOf(item)
    const frame = this.hang(tile, item, { lang, large })
    frame.style.backgroundColor = media.color ?? ""
    // the placeholder while it loads, or if it fails: the same picture, blurred
    frame.style.backgroundImage = media.placeholder?.startsWith("data:image/") ? `url("${media.placeholder}")` : ""
    set(tile.querySelector(".caption"), tile.querySelector(".also"), item, lang)
    const more = morePictures(item)
    const count = tile.querySelector(".more")
    count.hidden = more < 1
    put(count, more > 0 ? `+${more}` : "")
    const lasts = tile.querySelector(".lasts")
    lasts.hidden = !secondsOf(item)
    put(lasts, minutes(secondsOf(item)))
  }

  place(tile, { x, y, width, height, label }, ratio) {
    tile.style.width = `${width}px`
    tile.style.height = `${height}px`
    tile.style.transform = `translate(${x}px, ${y}px)`
    if (tile.dataset.kind === "photo") frame(tile, width, height - label, ratio)
  }

  // Set the text's size; only once the tile is on the page, where it can be measured.
  fit(tile, { width, height, em }) {
    const say = tile.querySelector(".say")
    const also = tile.querySelector(".also")
    const by = tile.querySelector(say ? ".cartel" : ".by p")
    label(by, by.querySelector(".who"), by.querySelector(".about"), tile.said, say ? 2 : 1)
    if (!say) return caption(tile.querySelector(".caption"), also)
    const room = { width: width - 2.75 * em, height: height - by.offsetHeight - 3 * em }
    const sizes = { ...room, most: Math.min(13 * em, height * 0.24), least: 1.35 * em, lesser: 1.125 * em }
    if (also.hidden) fit(say, sizes)
    else fitBoth(say, also, { ...sizes, share: this.share })
  }

  give(tile) {
    for (const animation of tile.getAnimations({ subtree: true })) animation.cancel()
    tile.remove()
    tile.style.visibility = ""
    delete tile.dataset.key
    const kind = tile.dataset.kind
    if (kind === "photo") {
      const frame = tile.querySelector(".frame")
      frame.replaceChildren()
      frame.style.backgroundImage = ""
    }
    this.#free[kind].push(tile)
  }
}

function words(tile, item, lang, field) {
  tile.dataset.field = field
  tile.toggleAttribute("data-quote", item.kind === "quote")
  set(tile.querySelector(".say"), tile.querySelector(".also"), item, lang)
}

// An item's bilingual text: `say` in the language that goes first, `also` in the other.
export function set(say, also, item, lang) {
  const { first, second } = sides(item.text, lang)
  also.hidden = !second
  for (const [part, side] of [[say, first], [also, second]]) {
    if (!side) continue
    part.lang = side.lang
    put(part, typo(item.kind === "quote" ? quoted(side.text, side.lang) : side.text, side.lang))
  }
}

// Three lines below a photograph for two languages, two for one.
function caption(say, also) {
  clamp(say, 2)
  if (also.hidden) return
  const lines = Math.round(say.offsetHeight / parseFloat(getComputedStyle(say).lineHeight))
  clamp(also, lines > 1 ? 1 : 2)
}

// A quotation has quotation marks, whether or not its author typed them.
export function quoted(text, lang) {
  if (/^[«“"]/.test(text.trim())) return text.trim()
  return lang === "fr" ? `« ${text} »` : `“${text}”`
}

// A photograph fills its frame, except that one of extreme shape keeps its shape, with a margin.
function frame(tile, width, height, ratio) {
  const stretch = width / height / ratio
  const fills = stretch < 1 + STRETCH * 1.2 && stretch > 1 - STRETCH * 1.2
  const box = fills ? { width, height } : { width: Math.min(width, height * ratio), height: Math.min(height, width / ratio) }
  const style = tile.querySelector(".frame").style
  style.width = `${box.width}px`
  style.height = `${box.height}px`
}
