"""The tables of the work room."""

from dengta.work.models.appointment import Appointment
from dengta.work.models.clock import Clock
from dengta.work.models.notification import Notification
from dengta.work.models.task import Task

__all__ = ["Appointment", "Clock", "Notification", "Task"]
