"""What pages, the API and sockets share, and that knows no feature: signing in, languages, errors, assets."""
