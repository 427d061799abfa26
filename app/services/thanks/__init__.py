"""Thank-yous: stock, promises, sending, and books that balance."""
