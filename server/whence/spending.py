"""What models may cost, and did: estimates, consent, budgets, and the ledger."""
