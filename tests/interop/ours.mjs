// tus-js-client against our server: node ours.mjs URL TOKEN FILE. Prints what happened as JSON.
import { createReadStream, readFileSync } from "node:fs"
import { Upload, defaultOptions } from "tus-js-client"

const [url, token, path] = process.argv.slice(2)
const headers = { Authorization: `Bearer ${token}` }
const file = readFileSync(path)
const told = {}

// As a whole, in chunks, and with the first bytes in the announcement.
told.whole = await carried({})
told.chunks = await carried({ chunkSize: 64 * 1024 })
told.creation = await carried({ chunkSize: 64 * 1024, uploadDataDuringCreation: true })
told.stream = await carried({ chunkSize: 64 * 1024, uploadSize: file.length }, createReadStream(path))

// Cut off in the middle by the client, and gone on with by another one that only knows the address.
const first = await new Promise((resolve) => {
  const upload = made({
    chunkSize: 64 * 1024,
    onChunkComplete: async (_, reached) => {
      if (reached < 128 * 1024 || told.abortedAt) return
      told.abortedAt = reached
      await upload.abort()
      resolve(upload.url)
    },
  })
  upload.start()
})
const offsets = []
told.resumed = await carried({ uploadUrl: first, chunkSize: 64 * 1024, onChunkComplete: (size, reached) => offsets.push(reached - size) })
told.resumedAt = offsets[0]

// Given up.
const given = await new Promise((resolve) => {
  const upload = made({ chunkSize: 64 * 1024, onChunkComplete: () => upload.abort().then(() => resolve(upload.url)) })
  upload.start()
})
await Upload.terminate(given, { ...defaultOptions, headers, retryDelays: null })
told.terminated = (await fetch(given, { method: "HEAD", headers: { ...headers, "Tus-Resumable": "1.0.0" } })).status

console.log(JSON.stringify(told))

function made(options, body = file) {
  const metadata = { filename: "été.jpg", filetype: "image/jpeg" }
  return new Upload(body, { endpoint: `${url}/api/v1/uploads/`, headers, metadata, retryDelays: null, ...options })
}

function carried(options, body) {
  return new Promise((resolve, reject) => {
    const upload = made({ ...options, onError: reject, onSuccess: () => resolve(upload.url) }, body)
    upload.start()
  })
}
