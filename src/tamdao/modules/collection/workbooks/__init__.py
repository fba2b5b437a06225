"""Forms as Excel workbooks: written to be filled in, read back, and returned with every error in its cell."""
