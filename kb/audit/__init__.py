"""The audit: which grades do not hold, by rules that each say what, why and what would mend it."""
