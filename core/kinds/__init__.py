"""What a simulator's runs look like: names, rule, what is stored of them, how far they are."""
