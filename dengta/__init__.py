"""Dengta 灯塔: customer and business management for car dealerships."""

__version__ = "0.1.0"
