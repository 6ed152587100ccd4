"""How a graded statement looks in each medium: JSON, CSV, a terminal, a page.

Every exit of Caveat joins what it gets from here and chooses no fields, so no exit can leave the caveats behind.
"""
