"""The laboratory of small pictures: a DCGAN that learns live."""
