"""The commands of `kb`, a file for each kind of work."""
