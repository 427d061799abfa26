"""Members of staff: how they sign in, what they set up, who invited them."""
