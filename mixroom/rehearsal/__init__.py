"""The rehearsal as a lead starts and ends it; `mixroom/demo/` has what is played."""
