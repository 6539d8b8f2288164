"""Parts of the page of avatars."""
