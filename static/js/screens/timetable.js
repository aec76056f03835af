// /shifts/timetable, and the same for the room: the server arranges it, and this asks for it again when something
// changes, and every half minute for what time changes. It also draws the line of the present.
import "../elements/line.js"
import { eager, fresh } from "../lib/fresh.js"
import { follow } from "../lib/live.js"
import { clock } from "../lib/time.js"

const QUARTER = 15 * 60_000
const page = JSON.parse(document.querySelector("#view").textContent)
const offset = Date.parse(page.now) - Date.now()
const draw = eager(() => fresh("[data-fresh]").then(mark))

follow("shifts", page, {
  onChange: draw,
  onState: (state) => (document.querySelector("mx-line").state = state),
})
setInterval(draw, 30_000)
setInterval(mark, 10_000)
document.addEventListener("click", ({ target }) => target.closest("[data-print]") && print())
addEventListener("resize", mark)
mark()
showPresent()

// Where the board is wider than the page, it begins a little before the present.
function showPresent() {
  const frame = document.querySelector(".board-frame")
  const line = frame?.querySelector(".now-line")
  if (line) frame.scrollLeft = line.offsetLeft - frame.clientWidth / 2
}

// A line through the board at the present time, if the day shown is today.
function mark() {
  const board = document.querySelector(".shift-board")
  if (!board) return
  const [first, last] = [board.querySelector("thead th:nth-child(2)"), board.querySelector("thead th:last-child")]
  const passed = (Date.now() + offset - Date.parse(board.dataset.from)) / QUARTER
  const all = Number(board.dataset.quarters)
  let line = board.parentElement.querySelector(".now-line")
  if (passed < 0 || passed > all) return line?.remove()
  if (!line) {
    line = document.createElement("i")
    line.className = "now-line"
    line.setAttribute("aria-hidden", "true")
    board.parentElement.append(line)
  }
  const [from, to] = [first.offsetLeft, last.offsetLeft + last.offsetWidth]
  line.dataset.says = clock(new Date(Date.now() + offset).toISOString())
  line.style.setProperty("--at", `${Math.round(from + ((to - from) * passed) / all)}px`)
  line.style.setProperty("--tall", `${board.offsetHeight}px`)
}
