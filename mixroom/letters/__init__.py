"""Letters: all that is written to someone outside waits in an outbox, and is sent from there."""
