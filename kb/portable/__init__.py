"""Everything that a store knows as a folder of plain files, and back into an empty home."""
