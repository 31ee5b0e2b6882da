"""What people are told: on a page of their own, and by e-mail through an outbox that survives a crash."""
