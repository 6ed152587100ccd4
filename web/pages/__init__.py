"""The pages, one file each; a page that shows statements also answers with .json and .csv appended to its path."""
