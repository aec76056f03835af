"""The wall: the projectors' page, and the commands, reports and receipts of screens."""
