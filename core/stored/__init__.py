"""What a store holds: keys, records, manifests, versions, and what a listing tells."""
