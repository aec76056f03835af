// Lets a thumb swipe a card: right for yes, left for no. Nothing happens before the thumb is lifted.
const FAR = 96 // px after which lifting the thumb counts
const SLOPE = 1.5 // minimum ratio of sideways to downward movement

export function swipes(node, { right, left }) {
  let start = null
  const move = (dx) => {
    node.style.translate = dx ? `${dx}px` : ""
    node.dataset.swipe = dx > FAR ? "right" : dx < -FAR ? "left" : ""
  }
  node.addEventListener("touchstart", (event) => {
    const [touch] = event.touches
    const own = event.target.closest("button, video, input, textarea, [data-frames]")
    start = event.touches.length === 1 && !own ? { x: touch.clientX, y: touch.clientY, moved: false } : null
  }, { passive: true })
  node.addEventListener("touchmove", (event) => {
    if (!start) return
    const [dx, dy] = [event.touches[0].clientX - start.x, event.touches[0].clientY - start.y]
    if (!start.moved && Math.abs(dx) < 12 && Math.abs(dy) < 12) return
    if (!start.moved && Math.abs(dx) < SLOPE * Math.abs(dy)) return void (start = null)
    start.moved = true
    move(dx)
  }, { passive: true })
  const end = (event) => {
    const done = start?.moved && event.type === "touchend" ? node.dataset.swipe : ""
    start = null
    move(0)
    if (done === "right") right()
    if (done === "left") left()
  }
  node.addEventListener("touchend", end)
  node.addEventListener("touchcancel", end)
}
