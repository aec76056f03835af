// The projector: follows the view "wall" and plays it. Runs for three days without anyone near it.
import { newId } from "../lib/ids.js"
import { SCREEN, follow } from "../lib/live.js"
import { isKept } from "../lib/session.js"
import { scriptUrl } from "../lib/trusted.js"
import { Tongues, shareOf } from "../wall/bilingual.js"
import { Conductor } from "../wall/conductor.js"
import { written } from "../wall/dim.js"
import { Empty } from "../wall/empty.js"
import { Hero } from "../wall/hero.js"
import { openKeep } from "../wall/keep.js"
import { listen } from "../wall/keys.js"
import { Ledger } from "../wall/ledger.js"
import { Managed } from "../wall/managed.js"
import { Memory } from "../wall/memory.js"
import { Mosaic } from "../wall/mosaic.js"
import { Pictures } from "../wall/pictures.js"
import { Offers } from "../wall/offers.js"
import { upcoming } from "../wall/programme.js"
import { Rail } from "../wall/rail.js"
import { Report } from "../wall/report.js"
import { seeded } from "../wall/rows.js"
import { Schedule } from "../wall/schedule.js"
import { Cover, TestCard } from "../wall/scenes/cover.js"
import { Panel } from "../wall/scenes/panel.js"
import { Support } from "../wall/scenes/support.js"
import { Recap } from "../wall/scenes/recap.js"
import { Trio } from "../wall/scenes/trio.js"
import { secondsOf } from "../wall/shapes.js"
import { silence } from "../wall/silence.js"
import { Thanks } from "../wall/thanks.js"
import { Tiles } from "../wall/tiles.js"
import { Turns } from "../wall/turns.js"
import { Watchdog, dim, drift, renew, stayAwake } from "../wall/watch.js"
import { clock, day, home } from "../wall/words.js"

const root = document.documentElement
const asked = new URLSearchParams(location.search)
const find = (selector) => document.querySelector(selector)
const scene = (name) => find(`#scene-${name}`)
const data = (id) => JSON.parse(find(`#${id}`).textContent)

const LONGEST = 30_000 // ms that a scene may last
const dims = asked.has("dim") ? written(asked.get("dim")) : null // what is written in the address goes first
const pace = Number(asked.get("pace")) || 1
const keep = await openKeep()
const memory = new Memory(keep)
const from = { whose: data("sponsors").whose, fromServer: !isKept() }
const first = await memory.begin("wall", data("view"), from)
const plan = await memory.begin("sponsors", data("sponsors"), from)
const room = {}
const days = [...document.querySelectorAll(".days li")].map((item) => item.dataset.day)
const managed = new Managed({ own: data("screen"), room, root, days, theme: asked.get("theme") })
const turns = new Turns()
const seen = await memory.turns(Object.keys(first.items))
turns.begin(Object.entries(first.items).filter(([, item]) => managed.shows(item)), ({ id }) => !seen(id))
turns.onShow = (key) => memory.saw(key)
const ledger = managed.own ? new Ledger({ store: rowsOf(keep, "exposures"), newId }) : null
const isCovered = () => Boolean(managed.remote?.cover)
const thanks = new Thanks([...document.querySelectorAll("[data-thanks]")], {
  silence: silenceNow,
  isCovered,
  endCard: () => conductor.skip(),
  ledger,
  pace,
})
const offers = new Offers({ turns, moments, sponsor: () => (thanks.isDue ? {} : null) })
const schedule = new Schedule({ turns, offers, isBrief })
const tongues = new Tongues(home, root.dataset.languages)
const share = shareOf(root.dataset.languages)
const pictures = new Pictures()
const tiles = new Tiles({ photo: find("#t-photo"), text: find("#t-text") }, pictures, share)
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
const hero = new Hero(find("#hero"), { pictures, tongues, room, share })
const scenes = { hero, trio: new Trio(scene("trio"), { pictures, tongues, room, share }) }
for (const name of ["hour", "team"]) scenes[name] = new Recap(scene(name), { pictures, room, share })
scenes.sponsor = new Support(scene("sponsor"), { room, thanks })
for (const name of ["join", "programme"]) scenes[name] = new Panel(scene(name), { room, share })
for (const name of ["card", "message"]) scenes[name] = new Cover(scene(name), { room, share })
const covers = { card: scenes.card, message: scenes.message, testcard: new TestCard(scene("testcard"), { room }) }
for (const name of ["blank", "identify"]) covers[name] = new Cover(scene(name), { room })
const empty = new Empty(find("#empty"), find("#t-quarter"))
const rail = new Rail(find(".rail"), { programme: data("programme") })
const conductor = new Conductor({ turns, tongues, schedule, mosaic, scenes, pictures, empty, pace, onTake })


let answered = () => {}
const heard = new Promise((done) => (answered = done))
let blackouts = []

await document.fonts.ready
rail.start()
empty.toggle(!turns.size)
const line = follow("wall", first, { onChange, onState }, SCREEN)
const sponsors = follow("sponsors", plan, { onChange: onPlan }, SCREEN)
// kept: what was recalled meanwhile must go before anything is shown, if there is anyone to tell
if (!from.fromServer) await Promise.race([heard, new Promise((done) => setTimeout(done, 2 * SCREEN.timeout))])
setPlan()
await mosaic.build({ quiet: true })
root.dataset.ready = "1"
conductor.play()
managed.start({ line, conductor, schedule, turns, thanks, covers, relay: () => mosaic.build({ quiet: true }) })
listen(managed.remote, find("#keys"))
thanks.start()
if (ledger) new Report(ledger, pace).start()
new Watchdog({ beat: () => conductor.beat, mend: () => conductor.restart(), limit: (3 * LONGEST) / pace }).start()
memory.sweep(line.items.values(), logos())
stayAwake()
drift(document.body)
dim(find("#veil"), () => dims ?? managed.dims, clock)
renew({ clock, isFree: () => conductor.isFree })
if (managed.own) keepWall()
addEventListener("resize", debounced(resized, 300))
document.fonts.addEventListener("loadingdone", () => (rail.fit(), conductor.refit())) // of emoji: when the first is shown
if (asked.has("debug")) globalThis.wall = { rail, covers, conductor, mosaic, turns, hero, pictures, line, tiles, scenes, offers, room, schedule, managed, thanks, ledger, keep, sponsors }

function onChange({ changed }) {
  memory.change("wall", line.cursor, changed)
  const inOrder = [...changed].sort(([, a], [, b]) => (a?.approved_at ?? "").localeCompare(b?.approved_at ?? ""))
  for (const [key, found] of inOrder) {
    const known = turns.get(key)
    const item = found && managed.shows(found) ? found : null
    if (item && JSON.stringify(known) === JSON.stringify(item)) continue
    const media = known?.media ?? []
    const what = turns.change(key, item)
    if (what === "gone") {
      conductor.recall(key, media)
      for (const each of media) memory.forget(each)
    } else if (what === "changed") conductor.refresh(item)
  }
  memory.sweep(turns.all, logos())
  conductor.wake()
  managed.back(inOrder.filter(([, item]) => item).map(([key]) => key))
  managed.gone(inOrder.filter(([, item]) => item === null).map(([key]) => key))
}

function onPlan({ changed }) {
  memory.change("sponsors", sponsors.cursor, changed)
  setPlan()
  memory.sweep(turns.all, logos())
}

function setPlan() {
  const items = [...sponsors.items.values()]
  blackouts = items.find((item) => item.blackouts)?.blackouts ?? []
  thanks.plan(items.filter((item) => item.name))
}

function logos() {
  return [...sponsors.items.values()].map((item) => item.logo?.src).filter(Boolean)
}

// Whether sponsors are silent now, by the museum's clock.
function silenceNow() {
  const now = new Date()
  const ms = now.getUTCSeconds() * 1000 + now.getUTCMilliseconds()
  return silence(blackouts, { day: today(now), at: clock(now), ms })
}

function today(now = new Date()) {
  return [...document.querySelectorAll(".days li")].findIndex(({ dataset }) => dataset.day === day(now))
}

// While a scene has the screen, sponsors are thanked in a band.
function onTake(name) {
  if (name) root.dataset.scene = name
  else delete root.dataset.scene
  thanks.fit()
}

// What of today's programme is still to come, and in how many minutes.
function moments() {
  const now = clock()
  const minutes = (at) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3))
  return upcoming(data("programme"), now, today()).map((entry) => ({ ...entry, minutes: minutes(entry.at) - minutes(now) }))
}

// In a column of a third of the screen, at the size that the last row reads.
function isBrief(item) {
  const { text } = item
  return !secondsOf(item) && Math.max((text?.fr ?? "").length, (text?.en ?? "").length) <= room.longest / 3
}

function onState(now) {
  root.dataset.line = now
  answered()
  if (now === "closed") end()
}

// The page, all that it is made of and the service worker that brings them without a server.
async function keepWall() {
  if (!isSecureContext || !navigator.serviceWorker) return
  try {
    await navigator.serviceWorker.register(scriptUrl("/sw.js"), { type: "module", updateViaCache: "none" })
    const { active } = await navigator.serviceWorker.ready
    active.postMessage({ keep: location.pathname })
    await navigator.storage?.persist?.()
  } catch (error) {
    console.warn(error) // a browser without module workers, or the line is gone
  }
}

// One of the kept lists, as the ledger knows it.
function rowsOf(kept, store) {
  return { all: () => kept.all(store), write: (change) => kept.write({ [store]: change }) }
}

// Signed out: this screen may show nothing any more. Later it may be paired again.
function end() {
  onChange({ changed: new Map(turns.keys.map((key) => [key, null])) })
  memory.leave()
  conductor.paused = true
  managed.stop()
  empty.toggle(true)
  setTimeout(() => location.reload(), 60_000)
}

function resized() {
  rail.fit()
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
