"""What leaves the platform: releases, weights, tables, findings, the summary."""
