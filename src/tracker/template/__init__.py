"""Workbooks to fill: who gets one, what stands in it, how it is drawn, and how it is known when it comes back."""
