"""The commands: the only place that prints, reads options and sets the exit status."""
