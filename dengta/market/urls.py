"""Addresses of the market room."""

from django.urls import path

from dengta.market import views

app_name = "market"
urlpatterns = [
    path("market/channels/", views.channels, name="channels"),
    path("market/channels/<int:pk>/", views.channel, name="channel"),
    path("market/channels/<int:pk>/key/", views.channel_key, name="channel_key"),
    path("market/channels/<int:pk>/mapping/", views.mapping, name="mapping"),
    path("market/campaigns/", views.campaigns, name="campaigns"),
    path("market/campaigns/<int:pk>/", views.campaign, name="campaign"),
    path("market/campaigns/<int:pk>/code.svg", views.campaign_code, name="campaign_code"),
    path("market/campaigns/<int:pk>/poster/", views.campaign_poster, name="campaign_poster"),
]
