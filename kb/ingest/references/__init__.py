"""Files of reference managers and databases, each read into CSL-JSON; `found.references` knows which is which."""
