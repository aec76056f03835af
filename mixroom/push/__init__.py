"""Messages on the phones of those who want them, by Web Push."""
