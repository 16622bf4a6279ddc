// Live places: `<div id data-refresh="/address" data-every="15">` asks again with its ETag and changes only if there is news.
// Nothing moves under people's hands: no change while they write, pick, have a menu open or select text there.
import { isTyping } from "./words.js"

const known = new WeakMap(), wait = new WeakMap()

function busy(place) {
  const here = place.contains(document.activeElement)
  const selected = window.getSelection()
  return Boolean(
    document.querySelector("dialog[open]") || (here && isTyping()) || place.querySelector("details[open].menu, .pick input:checked") ||
    (selected && !selected.isCollapsed && place.contains(selected.anchorNode)))
}

function sameAgain(place, focused) {
  if (!focused) return null
  if (focused.id) return document.getElementById(focused.id)
  const address = focused.getAttribute("href") || focused.getAttribute("hx-get") || focused.getAttribute("hx-post")
  return address && [...place.querySelectorAll("[href], [hx-get], [hx-post]")].find((one) => [one.getAttribute("href"), one.getAttribute("hx-get"), one.getAttribute("hx-post")].includes(address))
}

function swap(place, html) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null
  const scrolled = [...place.querySelectorAll("[id]")].filter((one) => one.scrollTop || one.scrollLeft).map((one) => [one.id, one.scrollTop, one.scrollLeft])
  const own = [place.scrollTop, place.scrollLeft, window.scrollY]
  const current = place.querySelector(".current-row")?.id
  place.innerHTML = html
  window.htmx.process(place)
  ;[place.scrollTop, place.scrollLeft] = own
  for (const [id, top, left] of scrolled) { const one = document.getElementById(id); if (one) { one.scrollTop = top; one.scrollLeft = left } }
  if (current) document.getElementById(current)?.classList.add("current-row")
  sameAgain(place, focused)?.focus({ preventScroll: true })
  window.scrollTo({ top: own[2] })
  place.dispatchEvent(new CustomEvent("dengta:refreshed", { bubbles: true }))
}

async function ask(place) {
  if (document.hidden || busy(place)) return
  const headers = { "HX-Request": "true", "X-Refresh": "1" }
  if (known.has(place)) headers["If-None-Match"] = known.get(place)
  const answer = await fetch(place.dataset.refresh || location.href, { headers, cache: "no-store" })
  if (answer.status === 304) return
  if (answer.redirected || answer.status === 401) return place.removeAttribute("data-refresh")
  if (!answer.ok) throw new Error(String(answer.status))
  const html = await answer.text(), tag = answer.headers.get("ETag")
  const old = known.get(place)
  if (tag) known.set(place, tag)
  if ((tag && old === tag) || busy(place)) { if (tag && old !== tag) known.delete(place); return }
  swap(place, html)
}

async function loop(place) {
  if (!place.isConnected || !place.hasAttribute("data-refresh")) return
  const every = Number(place.dataset.every || 15) * 1000
  try { await ask(place); wait.set(place, every) }
  catch { wait.set(place, Math.min((wait.get(place) || every) * 2, 120000)) }
  setTimeout(loop, wait.get(place), place)
}

function watch(root) {
  for (const place of root.querySelectorAll?.("[data-refresh]") ?? []) {
    if (wait.has(place)) continue
    wait.set(place, Number(place.dataset.every || 15) * 1000)
    setTimeout(loop, wait.get(place), place)
  }
}

export function start() {
  watch(document)
  document.body.addEventListener("htmx:afterSettle", (event) => watch(event.detail.target))
}
