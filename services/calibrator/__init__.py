"""Turns a matched field into a calibrated magnitude.

Hears FieldMatched. Says CalibrationSolved, CalibrationFailed. Owns no data.
"""
