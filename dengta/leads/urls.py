"""Addresses of the leads room."""

from django.urls import path

from dengta.leads import api
from dengta.leads.views import board, desk, imports, lists, messages, promises, public, record

app_name = "leads"
urlpatterns = [
    path("api/v1/intake/receipts/<str:pk>", api.receipt, name="receipt"),
    path("api/v1/intake/<str:key>", api.intake, name="intake"),
    path("f/<str:key>", public.form, name="form"),
    path("leads/", desk.desk, name="desk"),
    path("leads/new/", desk.new, name="new"),
    path("leads/next/", desk.next_one, name="next"),
    path("leads/board/", board.board, name="board"),
    path("leads/board/speed/", board.speed, name="speed"),
    path("leads/board/give-out/", board.give_out, name="give_out"),
    path("leads/all/", lists.leads, name="list"),
    path("leads/pool/", lists.pool, name="pool"),
    path("leads/to-check/", lists.to_check, name="to_check"),
    path("leads/transfers/", lists.transfers, name="transfers"),
    path("leads/opportunities/", lists.opportunities, name="opportunities"),
    path("leads/opportunities/<int:pk>/", record.opportunity, name="opportunity"),
    path("leads/opportunities/<int:pk>/ring/", record.ring_customer, name="ring_customer"),
    path("leads/opportunities/<int:pk>/slots/", record.slots, name="slots"),
    path("leads/messages/", messages.inbox, name="messages"),
    path("leads/messages/<int:pk>/", messages.message, name="message"),
    path("leads/imports/", imports.imports, name="imports"),
    path("leads/imports/<int:pk>/", imports.one_import, name="import"),
    path("leads/imports/<int:pk>/errors/", imports.errors, name="import_errors"),
    path("leads/promises/", promises.promises, name="promises"),
    path("leads/<int:pk>/", record.lead, name="lead"),
    path("leads/<int:pk>/opened/", record.opened, name="opened"),
    path("leads/<int:pk>/ring/", record.ring, name="ring"),
]
