// The focus point of each picture: a tap on the picture sets it, and the frames of all channels follow.
import { placed } from "./cropping.js"

export function focuses(form) {
  for (const row of form.querySelectorAll("[data-picture-row]")) {
    const { pictureRow: key, width, height } = row.dataset
    const fields = ["x", "y"].map((side) => form.elements[`${side}:${key}`])
    const aim = row.querySelector("[data-aim]")
    const draw = () => {
      const focus = fields.map((field) => share(field.value))
      const point = aim?.querySelector("[data-point]")
      point?.style.setProperty("--x", `${100 * focus[0]}%`)
      point?.style.setProperty("--y", `${100 * focus[1]}%`)
      for (const frame of form.querySelectorAll(`[data-frame="${key}"]`)) move(frame, Number(width), Number(height), focus)
    }
    for (const field of fields) field.addEventListener("input", draw)
    aim?.addEventListener("click", (event) => {
      if (fields[0].readOnly) return
      const box = aim.getBoundingClientRect()
      fields[0].value = percent((event.clientX - box.left) / box.width)
      fields[1].value = percent((event.clientY - box.top) / box.height)
      fields[0].dispatchEvent(new Event("input", { bubbles: true }))
    })
    draw()
  }
}

function move(frame, width, height, focus) {
  const [wide, high] = frame.dataset.crop.split("x").map(Number)
  const place = placed(width, height, { width: wide, height: high }, focus)
  for (const [name, value] of Object.entries(place)) frame.querySelector("image").setAttribute(name, value)
}

// A share from 0 to 1 of a field in percent; the middle if there is none.
export function share(text) {
  const number = Number(text)
  return !text || Number.isNaN(number) ? 0.5 : Math.min(1, Math.max(0, number / 100))
}

function percent(share) {
  return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10
}
