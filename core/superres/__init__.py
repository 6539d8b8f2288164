"""Super-resolution: pictures twice or four times as large, true to the pixels or sharp to the eye."""
