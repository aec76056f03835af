// The commands of the reviewers' page, by the names that its buttons, keys and swipes use. Each gets the <mx-queue>.
import { burst } from "./queue.js"

const ANY_TIME = {
  next: (queue) => queue.step(1),
  previous: (queue) => queue.step(-1),
  help: (queue) => queue.piece("help").showModal(),
  "frame+": (queue) => queue.stage.photo?.step(1),
  "frame-": (queue) => queue.stage.photo?.step(-1),
  twin: (queue, id) => queue.list.some((item) => item.id === id) && queue.choose(id),
  undo: (queue) => queue.querySelector("mx-undo").back(),
  unmark: (queue) => queue.marks.clear(),
  "approve-marked": (queue) => queue.approveMarked(),
  "reject-marked": (queue) => queue.sheets.ask("reject", queue.marks.of(queue.list)),
}

// These act on the item on the stage, while it still waits for a decision.
const ON_ITEM = {
  retouch: (queue) => queue.stage.photo.retouch(),
  mark: (queue, { id }) => queue.marks.toggle([id]),
  burst: (queue, { id }) => queue.marks.toggle(burst(queue.list, id), true),
  history: (queue, { id }) => queue.querySelector("mx-history").of(id),
  take: (queue, { id }) => queue.lease.takeOver(id),
  edit: (queue, item) => unless(queue, queue.isBarred(item), () => queue.querySelector("mx-amend").edit(item)),
  showing: (queue, item) => unless(queue, queue.obstacle(item), () => queue.sheets.ask("showing", [item])),
  keep: (queue, item) => queue.ready && queue.keep(item),
  approve: (queue, item) => queue.ready && unlessDisabled(queue, "approve", () => queue.decide([item], "approve", {})),
  return: (queue, item) => unlessDisabled(queue, "return", () => queue.sheets.ask("return", [item])),
  hold: (queue, item) => unlessDisabled(queue, "hold", () => queue.sheets.ask("hold", [item])),
  reject: (queue, item) => unlessDisabled(queue, "reject", () => queue.sheets.ask("reject", [item])),
}

// id: of the other item, for `twin`.
export function run(queue, name, id) {
  const { item, gone } = queue.stage
  if (ANY_TIME[name]) ANY_TIME[name](queue, id)
  else if (item && !gone) ON_ITEM[name]?.(queue, item)
}

function unlessDisabled(queue, name, act) {
  unless(queue, queue.stage.isDisabled(name), act)
}

// Where something is in the way, the reviewer is told what.
function unless(queue, blocked, act) {
  if (blocked) queue.alert(queue.stage.obstacleText)
  else act()
}
