// Short sentences at the bottom of the page, with an undo for ten seconds.
// From Django messages on load, or by the event `dengta:toast` {text, tone, undo}.
import htmx from "htmx.org"
import { icon, word } from "./words.js"

const PLAIN_FOR = 5000, UNDO_FOR = 10000, ERROR_FOR = 12000
const ICONS = { late: "alert-triangle", soon: "alert-triangle", done: "circle-check", info: "info-circle" }

export function toast({ text, tone = "info", undo = "" }) {
  const place = document.getElementById("toasts")
  if (!place || !text) return
  const line = document.createElement("div")
  line.className = `toast-line tone-${tone}`
  line.innerHTML = `${icon(ICONS[tone] || ICONS.info)}<span class="toast-text"></span>`
  line.querySelector(".toast-text").textContent = text
  if (undo) line.append(button(word("undo"), () => { line.remove(); takeBack(undo) }))
  const close = button("", () => line.remove())
  close.className = "toast-close"
  close.setAttribute("aria-label", word("close"))
  close.innerHTML = icon("x")
  line.append(close)
  if (undo) line.insertAdjacentHTML("beforeend", '<span class="toast-clock" aria-hidden="true"></span>')
  place.append(line)
  raise(place)
  fade(line, undo ? UNDO_FOR : tone === "late" ? ERROR_FOR : PLAIN_FOR)
}

// A popover is drawn above an open dialog, so that a refusal is never hidden behind it.
function raise(place) {
  if (!place.showPopover) return
  if (place.matches(":popover-open")) place.hidePopover()
  place.showPopover()
}

function button(label, press) {
  const made = document.createElement("button")
  made.type = "button"
  made.textContent = label
  made.addEventListener("click", press)
  return made
}

function fade(line, length) {
  let left = length
  const timer = setInterval(() => {
    if (line.matches(":hover, :focus-within")) return
    left -= 250
    if (left <= 0) { clearInterval(timer); line.remove() }
  }, 250)
}

// What cannot be taken back without a word (a reason) answers with its form, which opens in the dialog.
function takeBack(url) {
  htmx.ajax("POST", url, { target: "#dialog-body" })
}

export function start() {
  for (const told of document.querySelectorAll("#messages > li")) toast({ ...told.dataset, text: told.textContent.trim() })
  document.body.addEventListener("dengta:toast", (event) => toast(event.detail))
  document.body.addEventListener("htmx:sendError", () => toast({ text: word("offline"), tone: "late" }))
  document.body.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr
    if (answer.dengtaTold) return
    toast({ text: answer.status === 429 ? word("too_many") : answer.status === 404 ? word("gone") : word("broken"), tone: "late" })
  })
  // Refusals come as JSON with a sentence (409), forms with their errors as HTML (409, 422).
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr
    if (!(answer.getResponseHeader("Content-Type") || "").includes("json")) return
    event.detail.shouldSwap = false
    try {
      const told = JSON.parse(answer.responseText)
      if (told.error?.message) { answer.dengtaTold = true; toast({ text: told.error.message, tone: "late" }) }
    } catch { /* not ours: the general sentence follows */ }
  })
}
