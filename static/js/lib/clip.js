// Reads a clip before it is uploaded: its duration, and a still from near its beginning.
const PATIENCE = 6000 // ms; a phone that cannot play the format reports no error

// Some systems have no media type for .MOV.
export function isClip({ type, name }) {
  return type ? type.startsWith("video/") : /\.(mov|mp4|m4v|3gp|avi|webm)$/i.test(name)
}

// → {duration: seconds or null, still: Blob or null}
export async function clip(file) {
  const video = document.createElement("video")
  const url = URL.createObjectURL(file)
  try {
    Object.assign(video, { muted: true, playsInline: true, preload: "auto" })
    await event(video, "loadeddata", () => (video.src = url))
    const { duration } = video
    await event(video, "seeked", () => (video.currentTime = Math.min(0.5, duration / 2)))
    return { duration: Number.isFinite(duration) ? duration : null, still: await picture(video) }
  } catch {
    return { duration: null, still: null }
  } finally {
    video.removeAttribute("src")
    video.load()
    URL.revokeObjectURL(url)
  }
}

function event(video, name, begin) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(name)), PATIENCE)
    const end = (act) => () => {
      clearTimeout(timer)
      act()
    }
    video.addEventListener(name, end(resolve), { once: true })
    video.addEventListener("error", end(() => reject(new Error("error"))), { once: true })
    begin()
  })
}

async function picture(video) {
  const canvas = Object.assign(document.createElement("canvas"), { width: video.videoWidth, height: video.videoHeight })
  canvas.getContext("2d", { alpha: false }).drawImage(video, 0, 0)
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92))
  canvas.width = canvas.height = 0
  return blob
}
