"""The doctor: looks an instance over and names each fault with its place and the command that mends it."""
