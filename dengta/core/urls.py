"""The generic addresses: every verb of every noun, and why."""

from django.urls import path

from dengta.core import handlers, views

app_name = "core"
urlpatterns = [
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("store", views.store, name="store"),
    path("badges", views.badges, name="badges"),
    path("palette", views.look_up, name="palette"),
    path("me/", views.me, name="me"),
    path("ui/", views.style_guide, name="guide"),
    path("v/<slug:app>/<slug:model>/<int:pk>/why/", handlers.why, name="why"),
    path("v/<slug:app>/<slug:model>/<int:pk>/<slug:name>/", handlers.on_row, name="verb_on_row"),
    path("v/<slug:app>/<slug:model>/<slug:name>/", handlers.on_noun, name="verb_on_noun"),
]
