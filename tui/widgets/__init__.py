"""What screens are made of: given data, posting messages, never reaching for the app."""
