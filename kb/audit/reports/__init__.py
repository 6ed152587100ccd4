"""An audit as it is told: a file for each form. Each piece of each of them has the grade and caveats of its words."""
