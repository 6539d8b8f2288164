"""The Effigies library: everything the pages, the command line and notebooks call."""
