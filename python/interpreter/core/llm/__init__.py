"""A module path of the classic package."""
