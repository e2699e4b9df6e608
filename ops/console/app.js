// The code that meta connect has put behind the # is swapped for a token, which stays in this tab.
const base = new URL('.', location.href.replace(/#.*/, '')).pathname.replace(/\/$/, '')
const place = 'operations-token:' + base
const at = (id) => document.getElementById(id)

async function call(path, options = {}) {
  const token = sessionStorage.getItem(place)
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: 'Bearer ' + token } : {}) }
  const response = await fetch(base + path, { cache: 'no-store', ...options, headers })
  const body = response.status === 204 ? null : await response.json()
  if (!response.ok) throw new Error(body.detail || body.msg || 'status ' + response.status)
  return body
}

function say(text, bad) {
  at('state').textContent = text
  at('state').className = bad ? 'error' : ''
}

async function signIn() {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code) {
    history.replaceState(null, '', location.pathname)
    sessionStorage.removeItem(place)
    const session = await call('/ext/exchange', { method: 'POST', body: JSON.stringify({ code }) })
    sessionStorage.setItem(place, session.token)
  }
  if (!sessionStorage.getItem(place)) throw new Error('Type meta connect in the folder of the project.')
  return call('/ext/session')
}

function cell(row, text, kind) {
  const td = row.insertCell()
  td.textContent = text
  if (kind) td.className = kind
}

async function showLogs() {
  const { result } = await call('/logs/service?rows=50')
  at('rows').replaceChildren()
  for (const log of result) {
    const row = at('rows').insertRow()
    cell(row, new Date(log.time * 1000).toLocaleString())
    cell(row, log.level, log.level === 'ERROR' ? 'error' : log.level === 'WARN' ? 'warn' : '')
    cell(row, log.status ?? '—')
    cell(row, (log.method || '').toUpperCase() + ' ' + (log.path || ''))
    cell(row, log.duration + ' ms')
  }
  at('logs').hidden = false
}

async function run() {
  const info = await call('/')
  at('service').textContent = document.title = info.result.service + ' · operations'
  const session = await signIn()
  say('Connected.')
  at('expires').textContent = session.expires ? new Date(session.expires).toLocaleString() : 'never'
  at('may').textContent = session.may.join(', ')
  at('example').textContent = 'curl -H "Authorization: Bearer $TOKEN" ' + location.origin + base + '/token/scope'
  at('session').hidden = false
  if (session.may.includes('log.view')) await showLogs()
}

const attempt = (what) => () => what().catch((error) => say(error.message, true))
at('copy').addEventListener('click', attempt(() => navigator.clipboard.writeText(sessionStorage.getItem(place))))
at('reload').addEventListener('click', attempt(showLogs))
at('leave').addEventListener('click', attempt(async () => {
  await call('/ext/session', { method: 'DELETE' })
  sessionStorage.removeItem(place)
  at('session').hidden = at('logs').hidden = true
  say('The session has ended.')
}))
attempt(run)()
