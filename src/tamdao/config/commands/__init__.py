"""Commands that concern the instance as a whole; commands about figures, packs or units live in their layers."""
