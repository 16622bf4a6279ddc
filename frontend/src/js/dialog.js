// One <dialog> for everything htmx loads into #dialog-body, one for questions. Esc asks when something was typed.
import htmx from "htmx.org"
import { isDirty } from "./forms.js"
import { word } from "./words.js"

let cameFrom = null

function box() { return document.getElementById("dialog") }

export function close() {
  const dialog = box()
  if (!dialog?.open) return
  dialog.close()
  document.getElementById("dialog-body").replaceChildren()
  cameFrom?.focus?.({ preventScroll: true })
}

function open() {
  const dialog = box()
  const heading = dialog.querySelector("#dialog-body [data-dialog-title]")
  dialog.querySelector("#dialog-title").textContent = heading?.textContent.trim() || ""
  if (heading) heading.hidden = true
  dialog.classList.toggle("wide", Boolean(dialog.querySelector("#dialog-body [data-wide]")))
  if (!dialog.open) dialog.showModal()
  const first = dialog.querySelector("#dialog-body [aria-invalid=true]") || dialog.querySelector("#dialog-body :is([autofocus], input:not([type=hidden]), select, textarea, button)")
  first?.focus()
}

// Ask before something that cannot be undone; the button says what will happen, never "OK".
export function ask(text, { label = "", tone = "danger", title = "" } = {}) {
  const dialog = document.getElementById("question")
  dialog.querySelector("#question-title").textContent = title || word("sure")
  dialog.querySelector("#question-text").textContent = text
  const yes = dialog.querySelector("#question-yes")
  yes.textContent = label || word("go_on")
  yes.className = `btn btn-${tone}`
  dialog.returnValue = ""
  dialog.showModal()
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }))
}

async function leave() {
  if (isDirty(box()) && !(await ask(word("unsaved"), { label: word("leave"), title: word("unsaved_title") }))) return
  close()
}

export function start() {
  const dialog = box()
  if (!dialog) return
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id === "dialog-body" && !dialog.open) cameFrom = document.activeElement
  })
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "dialog-body") open()
  })
  document.body.addEventListener("dengta:close", close)
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave() })
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) leave()
  })
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]")
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal()
    const closer = event.target.closest("[data-close]")
    if (closer && closer.closest("dialog") !== dialog) closer.closest("dialog")?.close()
  })
  document.body.addEventListener("htmx:confirm", async (event) => {
    const element = event.detail.elt
    if (!element.dataset.confirm) return
    event.preventDefault()
    if (await ask(element.dataset.confirm, { label: element.dataset.confirmLabel || element.textContent.trim() })) event.detail.issueRequest(true)
  })
  document.addEventListener("submit", async (event) => {
    const form = event.target, text = event.submitter?.dataset.confirm || form.dataset.confirm
    if (!text || form.matches("[hx-post], [data-hx-post]") || form.dataset.confirmed) return
    event.preventDefault()
    if (!(await ask(text, { label: form.dataset.confirmLabel || event.submitter?.textContent.trim() }))) return
    form.dataset.confirmed = "yes"
    form.requestSubmit(event.submitter)
  })
  htmx.config.allowNestedOobSwaps = false
}
