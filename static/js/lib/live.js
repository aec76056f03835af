// Follows live views: over one socket per page, and by polling every two seconds where sockets are blocked. The page
// starts with the state it was rendered with; everything after that is a numbered change.
import { io } from "../../vendor/socket.io-4.8.4.js"
import { call } from "./api.js"
import { Following } from "./following.js"
import { Link } from "./link.js"

// Timings of a page's connection, in ms: between two polls while the socket is down, before the first poll, for an
// answer, and between two attempts to connect.
const USUAL = { every: 2000, patience: 4000, timeout: 10_000, delay: 5000 }
// A projector is up to date within three seconds of the server's return.
export const SCREEN = { every: 800, patience: 1000, timeout: 2000, delay: 1000 }

let link = null

// follow("review", view, {onChange({changed, items, reset}), onState(state)}) → {items, cursor, whole(), stop()}
// onBeat(beat): each heartbeat of the view, which may carry data (the crew's lists who is online).
// state: "live" | "polling" | "offline" | "closed". Options: `socket: false` for visitors, who have no session, and
// changes to USUAL. All views of a page share one connection, whose timings the first of them sets.
export function follow(view, first, { onChange, onState, onBeat } = {}, { socket = true, ...how } = {}) {
  const pace = { ...USUAL, ...how }
  const here = socket ? (link ??= lively(connection(pace), pace)) : lively(null, pace)
  const following = new Following(view, first ?? undefined, {
    ask: here.ask,
    later,
    onChange,
    onBeat,
    onAsked: here.asked,
  })
  here.add(following, onState)
  return {
    get items() {
      return following.items
    },
    // the number up to which everything is known
    get cursor() {
      return following.cursor
    },
    // fetch the whole list; the page may carry only a part of it
    whole: () => following.catchUp(0),
    stop: () => here.remove(following, onState),
  }
}

// Send a message over the socket or, without one, by a POST to `path` → the answer.
export async function tell(event, path, message) {
  if (link?.socket?.connected) return link.socket.timeout(8000).emitWithAck(event, message)
  return (await call("POST", path, { json: message })).body
}

function connection({ delay, timeout }) {
  return io({
    transports: ["websocket"],
    timeout: 2 * timeout,
    reconnectionDelay: Math.min(500, delay),
    reconnectionDelayMax: delay,
    randomizationFactor: 0.5,
  })
}

// A phone that wakes up, or a page restored by the back button, must not wait for a timer.
function lively(socket, pace) {
  const made = new Link({ ...browser(pace), socket, ...pace })
  addEventListener("online", () => made.wake())
  addEventListener("pageshow", (event) => event.persisted && made.wake())
  document.addEventListener("visibilitychange", () => !document.hidden && made.wake())
  return made
}

function browser({ timeout }) {
  return { later, now: () => performance.now(), get: (view, after, start) => get(view, after, start, timeout), hidden: () => document.hidden }
}

function later(ms, act) {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

async function get(view, after, start, timeout) {
  const from = start ? `&start=${start}` : ""
  return (await call("GET", `/api/v1/views/${view}?after=${after}${from}`, { timeout })).body
}
