"""What happened, told in one line each and kept for whoever asks later."""
