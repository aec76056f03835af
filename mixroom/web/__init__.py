"""The base of pages, API and sockets, which knows no feature."""
