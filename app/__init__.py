"""How the studio starts and looks; pages draw with it, `core` knows nothing of it."""
