"""What volunteers send: a post, a quote, photos; its life from submitted to approved and back."""
