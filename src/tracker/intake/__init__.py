"""From bytes to cells: what a file is, whether it is safe, what stands in its cells. Knows no form."""
