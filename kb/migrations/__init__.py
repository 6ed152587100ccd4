"""The tables' history: each file brings a store from one shape to the next."""
