"""Addresses of the studio."""

from django.urls import path

from dengta.studio import views

app_name = "studio"
urlpatterns = [
    path("studio/", views.definitions, name="list"),
    path("studio/<int:pk>/", views.definition, name="definition"),
    path("studio/<int:pk>/edit/", views.edit, name="edit"),
    path("studio/<int:pk>/cell/<str:row>/<str:column>/", views.cell, name="cell"),
    path("studio/<int:pk>/outputs/<str:row>/", views.outputs, name="outputs"),
    path("studio/<int:pk>/frame/", views.frame, name="frame"),
    path("studio/<int:pk>/publish/", views.publish, name="publish"),
    path("studio/<int:pk>/try/", views.try_out, name="try"),
    path("studio/<int:pk>/history/", views.history, name="history"),
]
