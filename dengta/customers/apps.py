"""The customers room as a Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "dengta.customers"
    label = "customers"
