"""The two databases: their tables, connections, and the statements that read and write them."""
