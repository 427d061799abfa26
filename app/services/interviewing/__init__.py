"""From a code to answers that are sent."""
