"""Photos: received byte for byte, made safe and small in a process of their own, kept, served."""
