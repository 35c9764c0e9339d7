"""One report, many shapes: `content` says what is in it, the other modules only how it looks."""
