"""What became of everybody: outcomes, rates, the ledger of the panel, the monitor."""
