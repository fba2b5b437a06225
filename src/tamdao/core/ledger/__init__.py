"""The ledger (nhật ký đối chứng): every write to audited tables, sealed so that it can't be rewritten unseen."""
