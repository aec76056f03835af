// A canvas to draw on for a JPEG, which knows no transparency: the ground is white, as on the server.
export function paper(canvas) {
  const context = canvas.getContext("2d", { alpha: false })
  context.fillStyle = "white"
  context.fillRect(0, 0, canvas.width, canvas.height)
  return context
}
