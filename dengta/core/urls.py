"""The generic addresses: every verb of every noun, and why."""

from django.urls import path

from dengta.core import handlers

app_name = "core"
urlpatterns = [
    path("v/<slug:app>/<slug:model>/<int:pk>/why/", handlers.why, name="why"),
    path("v/<slug:app>/<slug:model>/<int:pk>/<slug:name>/", handlers.on_row, name="verb_on_row"),
    path("v/<slug:app>/<slug:model>/<slug:name>/", handlers.on_noun, name="verb_on_noun"),
]
