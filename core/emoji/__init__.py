"""Campaign emoji: new ones that fit what a message says, its topic and its mood."""
