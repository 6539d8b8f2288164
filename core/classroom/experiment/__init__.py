"""Does adding made faces of the rarest expression help a classifier of expressions? A real, small experiment.

The protocol was fixed before anything was measured. FER2013's training part, each picture once, is divided into a part
that is learned from and a validation part. A generator (DCGAN, told the expression) learns from the former. Then a
small network of one recipe learns to name expressions in three arms, each for the same number of steps and from the
same seeds:

- `real`: real faces only;
- `made`: made faces of the rarest expression are added until it is as frequent as the median expression;
- `repeated`: its real faces are repeated as often, varied each time as all are (mirrored, shifted).

All arms are measured once on PublicTest. The validation part set the classifier's recipe, by real faces alone, and is
the measure of what a copy is.
"""
