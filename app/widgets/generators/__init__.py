"""What the rooms of the generators share: a visit, its address, cards and drawers, the panel about the model."""
