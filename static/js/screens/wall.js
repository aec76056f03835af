// The projector: follows the view "wall" and plays it. Runs for three days without anyone near it.
import { newId } from "../lib/ids.js"
import { SCREEN } from "../lib/live.js"
import { isKept } from "../lib/session.js"
import { Tongues, shareOf } from "../wall/bilingual.js"
import { Calendar } from "../wall/calendar.js"
import { Conductor } from "../wall/conductor.js"
import { written } from "../wall/dim.js"
import { Empty } from "../wall/empty.js"
import { Feed } from "../wall/feed.js"
import { houses } from "../wall/houses.js"
import { openKeep, storeOf } from "../wall/keep.js"
import { listen } from "../wall/keys.js"
import { Ledger } from "../wall/ledger.js"
import { Managed } from "../wall/managed.js"
import { Memory } from "../wall/memory.js"
import { Mosaic } from "../wall/mosaic.js"
import { keepOffline } from "../wall/offline.js"
import { Offers } from "../wall/offers.js"
import { Pictures } from "../wall/pictures.js"
import { Rail } from "../wall/rail.js"
import { Report } from "../wall/report.js"
import { seeded } from "../wall/rows.js"
import { build } from "../wall/scenes/all.js"
import { Schedule } from "../wall/schedule.js"
import { isBrief } from "../wall/shapes.js"
import { Thanks } from "../wall/thanks.js"
import { Tiles } from "../wall/tiles.js"
import { Turns } from "../wall/turns.js"
import { Watchdog, dim, drift, renew, stayAwake } from "../wall/watch.js"
import { clock, home } from "../wall/words.js"

const MAX_SCENE = 30_000 // ms

const root = document.documentElement
const asked = new URLSearchParams(location.search)
const find = (selector) => document.querySelector(selector)
const data = (id) => JSON.parse(find(`#${id}`).textContent)
const dims = asked.has("dim") ? written(asked.get("dim")) : null // the address overrides the screen's settings
const pace = Number(asked.get("pace")) || 1

// The lists come from the server's page, or from memory where the page was kept
const keep = await openKeep()
const memory = new Memory(keep)
const from = { whose: data("sponsors").whose, fromServer: !isKept() }
const first = await memory.begin("wall", data("view"), from)
const plan = await memory.begin("sponsors", data("sponsors"), from)
const told = await memory.begin("wraps", data("wraps"), from)
const days = [...document.querySelectorAll(".days li")].map((item) => item.dataset.day)
const programme = data("programme")
const calendar = new Calendar({ days, programme })
const room = {}
const managed = new Managed({ own: data("screen"), room, root, days, theme: asked.get("theme") })
const turns = new Turns()
const seen = await memory.turns(Object.keys(first.items))
turns.begin(Object.entries(first.items).filter(([, item]) => managed.shows(item)), ({ id }) => !seen(id))
turns.onShow = (key) => memory.saw(key)

// The parts of the wall
const ledger = managed.own ? new Ledger({ store: storeOf(keep, "exposures"), newId }) : null
const thanks = new Thanks([...document.querySelectorAll("[data-thanks]")], {
  silence: () => calendar.silence(feed.blackouts),
  isCovered: () => Boolean(managed.remote?.cover),
  endCard: () => conductor.skip(),
  ledger,
  pace,
})
const offers = new Offers({ turns, moments: () => calendar.upcoming, sponsor: () => (thanks.isDue ? {} : null) })
const schedule = new Schedule({ turns, offers, isBrief: (item) => isBrief(item, room.longest) })
const tongues = new Tongues(home, root.dataset.languages)
const share = shareOf(root.dataset.languages)
const pictures = new Pictures()
const tiles = new Tiles({ photo: find("#t-photo"), text: find("#t-text") }, pictures, share)
const mosaic = new Mosaic(find("#stage"), {
  tiles,
  pictures,
  turns,
  tongues,
  houses: houses(find("#houses").content.children),
  room,
  random: seeded(Number(asked.get("seed")) || Date.now()),
})
const known = { find: (key) => feed.line.items.get(key), latest: (wrap) => feed.wraps.items.get(wrap.id) ?? wrap }
const { scenes, covers } = build({ pictures, tongues, room, share, thanks, ...known })
const empty = new Empty(find("#empty"), find("#t-quarter"))
const rail = new Rail(find(".rail"), { programme })
const conductor = new Conductor({ turns, tongues, schedule, mosaic, scenes, pictures, empty, pace, onTake })
const feed = new Feed({ memory, turns, managed, conductor, thanks })

// The start
let heard = () => {}
const answer = new Promise((done) => (heard = done))
await document.fonts.ready
rail.start()
empty.toggle(!turns.size)
feed.follow(first, plan, told, onState)
// A kept page may show items recalled since; give the server time to say so, if it can be reached.
if (!from.fromServer) await Promise.race([answer, new Promise((done) => setTimeout(done, 2 * SCREEN.timeout))])
feed.setPlan()
await relay()
root.dataset.ready = "1"
conductor.play()
managed.start({ line: feed.line, conductor, schedule, turns, thanks, covers, relay, tell: (asked) => feed.tell(asked) })
listen(managed.remote, find("#keys"))
thanks.start()
if (ledger) new Report(ledger, pace).start()
new Watchdog({ beat: () => conductor.beat, mend: () => conductor.restart(), limit: (3 * MAX_SCENE) / pace }).start()
feed.sweep(feed.line.items.values())
stayAwake()
drift(document.body)
dim(find("#veil"), () => dims ?? managed.dims, clock)
renew({ clock, isFree: () => conductor.isFree })
if (managed.own) keepOffline()
addEventListener("resize", debounced(resized, 300))
document.fonts.addEventListener("loadingdone", () => (rail.fit(), conductor.refit())) // the first emoji loads its font
if (asked.has("debug")) {
  const { line, sponsors } = feed
  globalThis.wall = { rail, covers, conductor, mosaic, turns, hero: scenes.hero, pictures, line, tiles, scenes, offers }
  Object.assign(globalThis.wall, { room, schedule, managed, thanks, ledger, keep, sponsors })
}

function relay() {
  return mosaic.build({ quiet: true })
}

// During a scene the sponsors are thanked in a band at the bottom.
function onTake(name) {
  if (name) root.dataset.scene = name
  else delete root.dataset.scene
  thanks.fit()
}

function onState(state) {
  root.dataset.line = state
  heard()
  if (state === "closed") end()
}

// Signed out: this screen may show nothing any more. Someone may pair it again later.
function end() {
  feed.clear()
  memory.leave()
  conductor.paused = true
  managed.stop()
  empty.toggle(true)
  setTimeout(() => location.reload(), 60_000)
}

function resized() {
  rail.fit()
  empty.lay()
  if (!scenes.hero.key) relay()
}

function debounced(act, ms) {
  let timer = null
  return () => {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }
}
