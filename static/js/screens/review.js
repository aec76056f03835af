// /review: the live queue, and the items on the wall once someone opens that list.
import "../elements/line.js"
import "../elements/queue.js"
import "../elements/recall.js"
import "../elements/recent.js"
import "../elements/retouch.js"
import "../lib/pictures.js"
import { call } from "../lib/api.js"
import { follow } from "../lib/live.js"
import { may } from "../lib/may.js"
import { Backlog } from "../review/backlog.js"
import { say } from "../lib/say.js"

const PATHS = { approve: "approval", return: "return", reject: "rejection", hold: "hold" }
const view = JSON.parse(document.querySelector("#view").textContent)
const line = document.querySelector("mx-line")
const queue = document.querySelector("mx-queue")
const me = { id: document.body.dataset.person, decidesOwn: may("submission.decide_own") }

const backlog = new Backlog({
  beyond: Number(queue.dataset.beyond),
  last: Object.keys(view.items).sort().at(-1) ?? "",
  ask: async (after) => (await call("GET", `/api/v1/queue?after=${after}`)).body,
})
const waiting = follow("review", view, {
  onChange: ({ changed, reset }) => {
    backlog.heard(changed, reset)
    show()
  },
  onState: (state) => (line.state = state),
})

const lacking = follow("translations", null, { onChange: tell })

function tell() {
  const n = [...lacking.items.values()].filter(({ asked }) => asked?.proposed).length
  const note = queue.querySelector("[data-proposed]")
  note.hidden = n === 0
  note.firstElementChild.textContent = n ? say("proposed", { n }) : ""
}

const reported = follow("reports", null, { onChange: tellReported })

// Reported items that are still shown wait for a decision; hidden ones are in the queue.
function tellReported() {
  const shown = [...reported.items.values()].filter(({ hidden }) => !hidden).length
  const note = queue.querySelector("[data-reported]")
  note.hidden = reported.items.size === 0
  const n = reported.items.size
  note.firstElementChild.textContent = shown ? say("reported.shown", { n: shown }) : say("reported", { n })
}

async function show() {
  const items = backlog.joined(waiting.items)
  queue.beyond = backlog.beyond
  queue.items = items
  if (await backlog.fill(items.size)) show()
}

queue.begin({
  items: waiting.items,
  beyond: backlog.beyond,
  me,
  decide: (item, action, why) =>
    call("POST", `/api/v1/submissions/${item.id}/${PATHS[action]}`, { json: why, version: item.version }),
  take: (id, over) => call("POST", `/api/v1/submissions/${id}/claim`, { json: { take_over: over } }),
  // a failure does no harm: the claim expires
  drop: (id) => call("DELETE", `/api/v1/submissions/${id}/claim`, { keepalive: true }).catch(() => {}),
  twin: async (id) => (await call("GET", `/api/v1/media/${id}`)).body,
})
