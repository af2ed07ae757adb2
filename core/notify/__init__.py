"""What a user hears of while nobody looks."""
