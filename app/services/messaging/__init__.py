"""What is sent to whom and when: the plan, its rehearsal, the outbox."""
