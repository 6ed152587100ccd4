"""The knowledge: what is known, how it got in, and how far it can be trusted."""
