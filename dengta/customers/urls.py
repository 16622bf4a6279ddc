"""Addresses of the customers room."""

from django.urls import path

from dengta.customers.views import lists, profile

app_name = "customers"
urlpatterns = [
    path("customers/", lists.customers, name="list"),
    path("customers/new/", profile.new, name="new"),
    path("customers/hint/", profile.hints, name="hint"),
    path("customers/caller/", profile.caller, name="caller"),
    path("customers/duplicates/", lists.duplicates, name="duplicates"),
    path("customers/tags/", lists.tags, name="tags"),
    path("customers/stop-list/", lists.stop_list, name="stoplist"),
    path("customers/contacts/<int:pk>/show/", profile.reveal, name="reveal"),
    path("customers/<int:pk>/", profile.profile, name="profile"),
    path("customers/<int:pk>/timeline/", profile.timeline, name="timeline"),
    path("customers/<int:pk>/merge/", profile.merge, name="merge"),
]
