"""Keeps IVORN-named targets and the observations of their light curves.

Hears AlertRequested, DeletionRequested, RestorationRequested, CalibrationSolved. Says
AlertCreated, AlertRevised, ObservationRecorded, ObservationDeleted, RequestRefused.
Owns targets and observations.
"""
