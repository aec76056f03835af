"""Photos and clips: received byte for byte, developed in a sandbox, stored and served."""
