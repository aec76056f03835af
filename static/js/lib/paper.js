// A canvas for drawing a JPEG, which has no transparency: the background is white, as on the server.
export function paper(canvas) {
  const context = canvas.getContext("2d", { alpha: false })
  context.fillStyle = "white"
  context.fillRect(0, 0, canvas.width, canvas.height)
  return context
}
