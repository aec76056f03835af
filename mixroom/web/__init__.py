"""What pages, the API and sockets share, and that knows no feature."""
