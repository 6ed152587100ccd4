"""The pages, their JSON and CSV, and the `kb` command."""
