// Bluesky's own server (PDS) on loopback, with one account, and a directory of DIDs that knows it; prints a line of
// JSON once it answers, and ends with its standard input. The directory keeps what it is told, as did:plc does.
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import * as plc from "@did-plc/lib"
import { PDS, envToCfg, envToSecrets } from "@atproto/pds"
import Database from "better-sqlite3" // libsql in its place, which needs no compiler

// libsql gives bytes as ArrayBuffer, where better-sqlite3 gives a Buffer.
const { prepare } = Database.prototype
const bytes = (value) => (value instanceof ArrayBuffer ? Buffer.from(value) : value)
const row = (found) => found && Object.fromEntries(Object.entries(found).map(([name, value]) => [name, bytes(value)]))
Database.prototype.prepare = function (...words) {
  const statement = prepare.apply(this, words)
  const { all, get } = statement
  statement.all = (...values) => all.apply(statement, values).map(row)
  statement.get = (...values) => row(get.apply(statement, values))
  return statement
}

const [handle, password] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), "pds-"))
const operations = new Map()
const directory = createServer(async (request, response) => {
  const [, did, part] = decodeURIComponent(request.url).split("/")
  if (request.method === "POST") operations.set(did, JSON.parse(await text(request)))
  const operation = operations.get(did)
  const data = operation && plc.opToData(did, operation)
  const answer = data && (part === "data" ? data : plc.formatDidDoc(data))
  response.writeHead(answer ? 200 : 404, { "Content-Type": "application/json" })
  response.end(JSON.stringify(answer ?? { message: "unknown" }))
})
const listening = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(server.address().port)))
const plcPort = await listening(directory)

// The server names itself by its port, so a free one is found first.
const probe = createServer()
const port = await listening(probe)
await new Promise((done) => probe.close(done))
const secret = () => randomBytes(32).toString("hex")
const env = {
  devMode: true,
  port,
  hostname: "localhost",
  dataDirectory: folder,
  blobstoreDiskLocation: join(folder, "blobs"),
  didPlcUrl: `http://127.0.0.1:${plcPort}`,
  jwtSecret: secret(),
  adminPassword: secret(),
  plcRotationKeyK256PrivateKeyHex: secret(),
  serviceHandleDomains: [".test"],
  bskyAppViewUrl: "https://appview.invalid",
  bskyAppViewDid: "did:example:invalid",
  inviteRequired: false,
  disableSsrfProtection: true,
  logEnabled: false,
}
const server = await PDS.create(envToCfg(env), envToSecrets(env))
await server.start()
const url = `http://localhost:${port}`
const made = await fetch(`${url}/xrpc/com.atproto.server.createAccount`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ handle, password, email: "media@museum.example" }),
})
if (!made.ok) throw new Error(await made.text())
const { did, accessJwt } = await made.json()
const named = await fetch(`${url}/xrpc/com.atproto.server.createAppPassword`, {
  method: "POST",
  headers: { "Content-Type": "application/json", Authorization: `Bearer ${accessJwt}` },
  body: JSON.stringify({ name: "mixroom" }),
})
const app = await named.json()
console.log(JSON.stringify({ url, did, appPassword: app.password }))
process.stdin.resume()
process.stdin.on("end", () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})
