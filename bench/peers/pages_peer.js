// A plain HTTP server of Node that answers every request with the same finished bytes: as little as can be done.
//
//   node pages_peer.js PORT FILE TYPE ENCODING
import { readFileSync } from "node:fs"
import { createServer } from "node:http"

const [port, file, type, encoding] = process.argv.slice(2)
const body = readFileSync(file)
const headers = { "Content-Type": type, "Content-Length": body.length, ETag: '"0123456789abcdef"' }
if (encoding) headers["Content-Encoding"] = encoding

createServer((_, answer) => {
  answer.writeHead(200, headers)
  answer.end(body)
}).listen(Number(port), "127.0.0.1")
