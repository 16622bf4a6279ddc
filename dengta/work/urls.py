"""Addresses of the work room."""

from django.urls import path

from dengta.work import views

app_name = "work"
urlpatterns = [
    path("", views.today, name="today"),
    path("tasks/", views.tasks, name="tasks"),
    path("calendar/", views.calendar, name="calendar"),
    path("appointments/<int:pk>/", views.appointment, name="appointment"),
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="read_all"),
]
