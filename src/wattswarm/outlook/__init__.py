"""What is believed of the hours ahead, and by whose word."""
