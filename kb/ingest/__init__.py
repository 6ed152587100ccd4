"""Bulk import: from a file to checked drafts, to a plan that tells the truth, to one transaction."""
