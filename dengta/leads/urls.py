"""Addresses of the leads room."""

from django.urls import path

from dengta.leads import api
from dengta.leads.views import board, desk, public, record

app_name = "leads"
urlpatterns = [
    path("api/v1/intake/receipts/<str:pk>", api.receipt, name="receipt"),
    path("api/v1/intake/<str:key>", api.intake, name="intake"),
    path("f/<str:key>", public.form, name="form"),
    path("leads/", desk.desk, name="desk"),
    path("leads/next/", desk.next_one, name="next"),
    path("leads/pool/", desk.pool, name="pool"),
    path("leads/board/", board.board, name="board"),
    path("leads/<int:pk>/", record.lead, name="lead"),
    path("leads/opportunities/<int:pk>/", record.opportunity, name="opportunity"),
]
