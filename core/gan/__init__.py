"""The adversarial kit that every generator shares: blocks, losses, trainer, sampling, metrics."""
