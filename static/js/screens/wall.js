// The projector: follows the view "wall" and plays it. Runs for three days without anyone near it.
import { follow } from "../lib/live.js"
import { Conductor } from "../wall/conductor.js"
import { Empty } from "../wall/empty.js"
import { Hero } from "../wall/hero.js"
import { listen } from "../wall/keys.js"
import { Managed } from "../wall/managed.js"
import { Mosaic } from "../wall/mosaic.js"
import { Pictures } from "../wall/pictures.js"
import { Offers } from "../wall/offers.js"
import { upcoming } from "../wall/programme.js"
import { Rail } from "../wall/rail.js"
import { seeded } from "../wall/rows.js"
import { Schedule } from "../wall/schedule.js"
import { Cover, TestCard } from "../wall/scenes/cover.js"
import { Panel } from "../wall/scenes/panel.js"
import { Recap } from "../wall/scenes/recap.js"
import { Trio } from "../wall/scenes/trio.js"
import { secondsOf } from "../wall/shapes.js"
import { Tiles } from "../wall/tiles.js"
import { Tongues, Turns } from "../wall/turns.js"
import { stayAwake, drift, renew } from "../wall/watch.js"
import { clock, day, home } from "../wall/words.js"

const root = document.documentElement
const asked = new URLSearchParams(location.search)
const find = (selector) => document.querySelector(selector)
const scene = (name) => find(`#scene-${name}`)
const data = (id) => JSON.parse(find(`#${id}`).textContent)

const first = data("view")
const room = {}
const days = [...document.querySelectorAll(".days li")].map((item) => item.dataset.day)
const managed = new Managed({ own: data("screen"), room, root, days, theme: asked.get("theme") })
const turns = new Turns()
turns.begin(Object.entries(first.items).filter(([, item]) => managed.shows(item)))
const offers = new Offers({ turns, moments })
const schedule = new Schedule({ turns, offers, isBrief })
const tongues = new Tongues(home)
const pictures = new Pictures()
const tiles = new Tiles({ photo: find("#t-photo"), text: find("#t-text") }, pictures)
const houses = [...find("#houses").content.children].map(house)
const mosaic = new Mosaic(find("#stage"), {
  tiles,
  pictures,
  turns,
  tongues,
  houses,
  room,
  random: seeded(Number(asked.get("seed")) || Date.now()),
})
const hero = new Hero(find("#hero"), { pictures, tongues, room })
const scenes = { hero, trio: new Trio(scene("trio"), { pictures, tongues, room }) }
for (const name of ["hour", "team"]) scenes[name] = new Recap(scene(name), { pictures, room })
for (const name of ["join", "programme", "sponsor"]) scenes[name] = new Panel(scene(name), { room })
for (const name of ["card", "message"]) scenes[name] = new Cover(scene(name), { room })
const covers = { card: scenes.card, message: scenes.message, testcard: new TestCard(scene("testcard"), { room }) }
for (const name of ["blank", "identify"]) covers[name] = new Cover(scene(name), { room })
const empty = new Empty(find("#empty"), find("#t-quarter"))
const rail = new Rail(find(".rail"), { programme: data("programme"), sponsors: data("sponsors") })
const conductor = new Conductor({ turns, tongues, schedule, mosaic, scenes, pictures, empty, pace: Number(asked.get("pace")) || 1 })

let state = "live"

await document.fonts.ready
rail.start()
rail.fitTitle()
empty.toggle(!turns.size)
const line = follow("wall", first, { onChange, onState })
await mosaic.build({ quiet: true })
root.dataset.ready = "1"
conductor.play()
managed.start({ line, conductor, schedule, turns, covers, relay: () => mosaic.build({ quiet: true }) })
listen(managed.remote, find("#keys"))
stayAwake()
drift(document.body)
renew({ clock, live: () => state === "live" || state === "polling" })
addEventListener("resize", debounced(resized, 300))
if (asked.has("debug")) globalThis.wall = { conductor, mosaic, turns, hero, pictures, line, tiles, scenes, offers, room, schedule, managed }

function onChange({ changed }) {
  const inOrder = [...changed].sort(([, a], [, b]) => (a?.approved_at ?? "").localeCompare(b?.approved_at ?? ""))
  for (const [key, found] of inOrder) {
    const known = turns.get(key)
    const item = found && managed.shows(found) ? found : null
    if (item && JSON.stringify(known) === JSON.stringify(item)) continue
    const media = known?.media ?? []
    const what = turns.change(key, item)
    if (what === "gone") conductor.recall(key, media)
    else if (what === "changed") conductor.refresh(item)
  }
  conductor.wake()
  managed.gone(inOrder.filter(([, item]) => item === null).map(([key]) => key))
}

// What of today's programme is still to come, and in how many minutes.
function moments() {
  const now = clock()
  const minutes = (at) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3))
  const today = [...document.querySelectorAll(".days li")].findIndex(({ dataset }) => dataset.day === day())
  return upcoming(data("programme"), now, today).map((entry) => ({ ...entry, minutes: minutes(entry.at) - minutes(now) }))
}

// In a column of a third of the screen, at the size that the last row reads.
function isBrief(item) {
  const { text } = item
  return !secondsOf(item) && Math.max((text?.fr ?? "").length, (text?.en ?? "").length) <= room.longest / 3
}

function onState(now) {
  state = now
  root.dataset.line = now
  if (now === "closed") end()
}

// Signed out: this screen may show nothing any more. Later it may be paired again.
function end() {
  onChange({ changed: new Map(turns.keys.map((key) => [key, null])) })
  conductor.paused = true
  managed.stop()
  empty.toggle(true)
  setTimeout(() => location.reload(), 60_000)
}

function resized() {
  rail.fitTitle()
  empty.lay()
  if (!hero.key) mosaic.build({ quiet: true })
}

// A poster of the house: what hangs where there is not enough to fill a row.
function house(element, index) {
  const text = { fr: null, en: null }
  for (const part of element.children) text[part.lang.slice(0, 2)] = part.textContent
  return { id: `house-${index}`, house: true, kind: "post", text, credit: element.dataset.credit, media: [] }
}

function debounced(act, ms) {
  let timer = null
  return () => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }
}
