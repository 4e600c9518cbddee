"""Turns a matched field into a calibrated magnitude.

Hears FieldMatched, ColourResetRequested, and what becomes of points:
ObservationRecorded, ObservationDeleted. Says CalibrationSolved, CalibrationFailed,
ColourTermLearned, ColourTermsForgotten, LightCurveHomogenised; to itself
NetworkChanged. Owns the colour terms learned from each observer's frames, and the
stars of each frame, of which networks are made.
"""
