"""Turns a matched field into a calibrated magnitude.

Hears FieldMatched, ColourResetRequested. Says CalibrationSolved, CalibrationFailed,
ColourTermLearned, ColourTermsForgotten. Owns the colour terms learned from each
observer's frames.
"""
