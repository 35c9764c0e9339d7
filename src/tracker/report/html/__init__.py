"""The report as one HTML page that stands alone: it asks no network for anything, and works without its script."""
