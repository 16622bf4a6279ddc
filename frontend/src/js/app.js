// Everything a page needs, in one file. Each part is small, listens at the document and survives htmx swaps.
import Alpine from "@alpinejs/csp"
import htmx from "htmx.org"
import * as bulk from "./bulk.js"
import * as chartLoader from "./chart-loader.js"
import * as choices from "./choices.js"
import * as columns from "./columns.js"
import * as countdown from "./countdown.js"
import * as dialog from "./dialog.js"
import * as forms from "./forms.js"
import * as frame from "./frame.js"
import * as hints from "./hints.js"
import * as keys from "./keys.js"
import * as palette from "./palette.js"
import * as refresh from "./refresh.js"
import * as toast from "./toast.js"

window.htmx = htmx
window.Alpine = Alpine

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  scrollBehavior: "instant",
  attributesToSettle: ["class"],
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "(409|422)", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
})

function start() {
  for (const part of [toast, dialog, forms, countdown, frame, palette, keys, bulk, refresh, hints, columns, chartLoader, choices]) part.start()
  Alpine.start()
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start)
else start()
