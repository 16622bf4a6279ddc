"""Addresses of the vehicles room."""

from django.urls import path

from dengta.vehicles import views

app_name = "vehicles"
urlpatterns = [path("vehicles/series/", views.series_list, name="series_list")]
