// Calls the API. Every failure becomes one ApiError with a code, a title for people, and whether retrying can help:
// problem+json from the server, a dropped connection, a timeout, and a captive portal's page in place of an answer
// all look the same to the caller.
export class ApiError extends Error {
  constructor({ code, title = "", detail = "", status = 0, errors = [], after = 0, body = null }) {
    super(code)
    Object.assign(this, { code, title, detail, status, errors, after, body })
  }

  // Could the same request succeed later? 401: after signing in again; 507: once someone has freed up disk space.
  get passing() {
    if (this.code === "bytes_gone") return false
    return [0, 401, 408, 425, 429].includes(this.status) || this.status >= 500 || this.code === "form_expired"
  }
}

// call("POST", "/api/v1/submissions", {json, key, version, timeout, keepalive}) → {status, body, headers}
export async function call(method, path, { json, key, version, timeout = 15_000, keepalive = false } = {}) {
  let answer
  try {
    answer = await fetch(path, {
      method,
      headers: headers({ json, key, version, method }),
      body: json === undefined ? undefined : JSON.stringify(json),
      signal: AbortSignal.timeout(timeout),
      keepalive, // where the page may be gone before the answer
    })
  } catch (error) {
    throw new ApiError({ code: error.name === "TimeoutError" ? "timeout" : "network" })
  }
  const text = (await answer.text().catch(() => CUT)) || (answer.status === 204 ? "" : CUT)
  if (!isOurs(answer.status, text)) throw new ApiError({ code: "network" })
  return settle(answer.status, text, (name) => answer.headers.get(name))
}

const CUT = "{" // invalid JSON, for an answer that was cut short or is missing

// The API answers in JSON. A proxy's own errors (no server behind it, body too large) count too.
function isOurs(status, text) {
  return status >= 500 || status === 413 || parsed(text) !== undefined
}

// Bytes, with progress, which fetch cannot tell: send("PATCH", url, {body, headers, onProgress, signal}).
// The request is aborted after `stall` ms without progress. A service worker has only fetch.
export function send(method, path, { body, headers: more = {}, onProgress = () => {}, stall = 15_000, signal } = {}) {
  const wanted = { ...headers({ method }), ...more }
  if (!globalThis.XMLHttpRequest) return fetched(method, path, { body, headers: wanted, signal })
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    let timer
    const alive = () => {
      clearTimeout(timer)
      timer = setTimeout(() => request.abort(), stall)
    }
    const fail = (code) => () => {
      clearTimeout(timer)
      reject(new ApiError({ code }))
    }
    request.upload.onprogress = (event) => {
      alive()
      if (event.lengthComputable) onProgress(event.loaded, event.total)
    }
    request.onload = () => {
      clearTimeout(timer)
      try {
        resolve(settle(request.status, request.responseText, (name) => request.getResponseHeader(name)))
      } catch (error) {
        reject(error)
      }
    }
    request.onerror = fail("network")
    request.onabort = fail("timeout")
    signal?.addEventListener("abort", () => request.abort())
    request.open(method, path)
    for (const [name, value] of Object.entries(wanted)) request.setRequestHeader(name, value)
    alive()
    request.send(body)
  })
}

async function fetched(method, path, options) {
  let answer
  try {
    answer = await fetch(path, { method, ...options })
  } catch {
    throw new ApiError({ code: "network" })
  }
  return settle(answer.status, await answer.text().catch(() => CUT), (name) => answer.headers.get(name))
}

// The form token where there is no page: a service worker uses the one that the page has stored.
let token = null

export function vouch(csrf) {
  token = csrf
}

function headers({ json, key, version, method }) {
  const wanted = { Accept: "application/json, application/problem+json" }
  const lang = globalThis.document?.documentElement.lang
  if (lang) wanted["Accept-Language"] = lang
  if (json !== undefined) wanted["Content-Type"] = "application/json"
  if (key) wanted["Idempotency-Key"] = key
  if (version !== undefined) wanted["If-Match"] = `"${version}"`
  const csrf = token ?? globalThis.document?.querySelector('meta[name="csrf"]')?.content
  if (csrf && method !== "GET") wanted["X-CSRF-Token"] = csrf
  return wanted
}

export function settle(status, text, header = () => null) {
  const body = parsed(text)
  if (status >= 200 && status < 300) {
    if (body === undefined) throw new ApiError({ code: "network" })
    return { status, body, header }
  }
  const problem = body && typeof body === "object" ? body : {}
  throw new ApiError({
    code: problem.code ?? `http_${status}`,
    title: problem.title ?? "",
    detail: problem.detail ?? "",
    status,
    errors: Array.isArray(problem.errors) ? problem.errors : [],
    after: seconds(header("Retry-After")),
    body: problem,
  })
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null
  } catch {
    return undefined
  }
}

function seconds(header) {
  const found = Number.parseInt(header ?? "", 10)
  return Number.isFinite(found) ? Math.min(Math.max(found, 0), 600) : 0
}
