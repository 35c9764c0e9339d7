"""Scores the targets of anti-trafficking plans from the returns of communes, districts and agencies."""

__version__ = "0.1.0"
