"""Statistical disclosure control: what of a release may be printed, and proof that it is enough."""
