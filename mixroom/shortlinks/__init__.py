"""Short links of campaigns: an address that is easy to say, print and scan, and is counted."""
