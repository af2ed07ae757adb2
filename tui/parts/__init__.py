"""What only some screens need, each made when it is first asked for: `services.part(Previews)`."""
