"""The class on GANs: laboratories, rooms for phones, quiz, game."""
