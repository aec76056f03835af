"""The wrap: the story of one day in both languages, for the plenary, the public page and export."""
