"""What core needs from the world. Each port says which thread calls it and what may be retried."""
