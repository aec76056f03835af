// Follow live views: over one socket per page, and by asking every two seconds where sockets are blocked.
// The page starts with the state it was rendered with; everything after that is a numbered change.
import { io } from "../../vendor/socket.io-4.8.4.js"
import { call } from "./api.js"
import { Following } from "./following.js"
import { Link } from "./link.js"

let link = null

// follow("review", view, {onChange({changed, items, reset}), onState(state)}) → {items, cursor, stop()}
// onBeat(beat): each heartbeat of the view, which may carry more (the crew's says who is there).
// state: "live" | "polling" | "offline" | "closed". Options: `socket: false` for visitors, who have no
// session, and `every`, the milliseconds between two questions while polling.
export function follow(view, first, { onChange, onState, onBeat } = {}, { socket = true, every = 2000 } = {}) {
  const here = socket ? (link ??= lively(connection(), every)) : lively(null, every)
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
    get cursor() {
      return following.cursor
    },
    stop: () => here.remove(following, onState),
  }
}

// Say something of one's own, over the socket or, where there is none, by a POST to `path` → the answer.
export async function tell(event, path, message) {
  if (link?.socket?.connected) return link.socket.timeout(8000).emitWithAck(event, message)
  return (await call("POST", path, { json: message })).body
}

function connection() {
  return io({
    transports: ["websocket"],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
  })
}

// A phone that wakes up, or a page that the back button brings back, must not wait for a timer.
function lively(socket, every) {
  const made = new Link({ ...browser(), socket, every })
  addEventListener("online", () => made.wake())
  addEventListener("pageshow", (event) => event.persisted && made.wake())
  document.addEventListener("visibilitychange", () => !document.hidden && made.wake())
  return made
}

function browser() {
  return { later, now: () => performance.now(), get, hidden: () => document.hidden }
}

function later(ms, act) {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

async function get(view, after) {
  const answer = await fetch(`/api/v1/views/${view}?after=${after}`, {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok) throw Object.assign(new Error("view"), { status: answer.status })
  return answer.json()
}
