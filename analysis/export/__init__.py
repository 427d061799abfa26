"""Writers: from tables to files that open safely and say what they rest on."""
