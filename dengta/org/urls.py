"""Addresses of the org room."""

from django.urls import path

from dengta.org.views import people, roles, shifts, structure, tokens

app_name = "org"
urlpatterns = [
    path("org/", structure.structure, name="structure"),
    path("org/stores/<int:pk>/", structure.store, name="store"),
    path("org/stores/<int:pk>/calendar/", structure.store_calendar_page, name="store_calendar"),
    path("org/people/", people.people, name="people"),
    path("org/people/<int:pk>/", people.employee, name="employee"),
    path("org/people/<int:pk>/login/", people.open_account, name="open_account"),
    path("org/people/<int:pk>/password/", people.reset_password, name="reset_password"),
    path("org/sessions/<int:pk>/end/", people.end_session, name="end_session"),
    path("org/roles/", roles.roles, name="roles"),
    path("org/roles/<int:pk>/", roles.role, name="role"),
    path("org/shifts/", shifts.shifts, name="shifts"),
    path("org/tokens/", tokens.tokens, name="tokens"),
    path("org/tokens/new/", tokens.new_token, name="new_token"),
]
