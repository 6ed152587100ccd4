"""The search: words in, ids out; it stores no statement's words and can always be thrown away and rebuilt."""
