"""The interpreter object and its parts, under the names of the classic package."""
