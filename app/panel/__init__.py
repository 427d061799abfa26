"""People, cases and waves: their states, codes and rules, as plain Python."""
