// Carries the words and the pictures of a message to an app: by the share sheet where the phone can share files, else
// the words go to the clipboard and the pictures are saved.
import { placed } from "./cropping.js"

const QUALITY = 0.9
const NAME = "mixroom"

// carry({text, pictures: [{url, focus}], crop}) → "shared" | "copied" | "copied.pictures" | "selected" | "cancelled"
export async function carry({ text, pictures, crop }, select) {
  const files = await Promise.all(pictures.map((picture, index) => cropped(picture, crop, index + 1)))
  const found = files.filter(Boolean)
  if (found.length && navigator.canShare?.({ files: found })) {
    await navigator.clipboard?.writeText(text).catch(() => {}) // some apps take the pictures only
    try {
      await navigator.share({ text, files: found })
      return "shared"
    } catch (error) {
      if (error.name === "AbortError") return "cancelled"
    }
  }
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false)
  for (const file of found) save(file)
  if (!copied) select()
  return copied ? (found.length ? "copied.pictures" : "copied") : "selected"
}

// The picture in the size and crop of the channel, as a file; null if it cannot be had now.
async function cropped({ url, focus }, crop, number) {
  try {
    const answer = await fetch(url)
    if (!answer.ok) return null
    const bitmap = await createImageBitmap(await answer.blob())
    const canvas = Object.assign(document.createElement("canvas"), crop)
    const { x, y, width, height } = placed(bitmap.width, bitmap.height, crop, focus)
    canvas.getContext("2d").drawImage(bitmap, x, y, width, height)
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY))
    return new File([blob], `${NAME}-${number}.jpg`, { type: "image/jpeg" })
  } catch {
    return null
  }
}

function save(file) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: file.name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
