"""From the bytes of a file to checked columns: text, numbers, units, clocks, and the defects on the way."""
