// Forms: focus on the first error, question when leaving something unsaved, no double sending, filters that send themselves.
import { word } from "./words.js"

const first = new WeakMap()

function written(form) {
  return new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken").map(([name, value]) => [name, value.name ?? value])).toString()
}

function watch(root) {
  for (const form of root.querySelectorAll?.("form[data-guard]") ?? []) if (!first.has(form)) first.set(form, written(form))
}

export function isDirty(root = document) {
  return [...root.querySelectorAll("form[data-guard]")].some((form) => first.has(form) && !form.dataset.sent && written(form) !== first.get(form))
}

export function start() {
  watch(document)
  document.querySelector("main [aria-invalid=true]")?.focus()
  document.body.addEventListener("htmx:afterSettle", (event) => {
    watch(event.detail.target)
    for (const form of event.detail.target.querySelectorAll("form[data-guard]:has([aria-invalid=true])")) first.set(form, "")
  })
  window.addEventListener("beforeunload", (event) => { if (isDirty()) event.preventDefault() })
  window.addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent })
  document.addEventListener("submit", (event) => {
    const form = event.target
    if (form.method === "get" || event.defaultPrevented || form.matches("[hx-post]")) return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = "yes"
    event.submitter?.setAttribute("aria-busy", "true")
  })
  document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.matches("form[data-guard]")) event.detail.elt.dataset.sent = "yes" })
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.matches("form[data-guard]") && !event.detail.successful) delete event.detail.elt.dataset.sent
  })
  // Addresses without empty parameters.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-tidy], form[role=search]")) return
    for (const one of event.target.elements) if (one.name && one.value === "" && one.type !== "submit") one.disabled = true
  })
  window.addEventListener("pageshow", () => { for (const one of document.querySelectorAll("form[data-tidy] :disabled")) one.disabled = false })
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosend]")
    if (form) form.requestSubmit()
  })
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]")
    if (!button) return
    await navigator.clipboard?.writeText(button.dataset.copy)
    document.body.dispatchEvent(new CustomEvent("dengta:toast", { detail: { text: word("copied"), tone: "done" } }))
  })
}
