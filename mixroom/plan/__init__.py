"""The communications plan: campaigns, and messages by channel and language."""
