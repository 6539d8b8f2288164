"""The laboratory in two dimensions: a small GAN in plain NumPy that learns while one watches."""
