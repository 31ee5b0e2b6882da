"""What the mobility ledger keeps."""
