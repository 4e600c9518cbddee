"""Web pages and HTTP API: receives uploads, shows light curves from its own view.

Hears UploadParsed, SurveysMatched, AlertCreated, AlertRevised, ObservationRecorded,
ObservationDeleted, CalibrationSolved, ColourTermLearned, ColourTermsForgotten and every
refusal. Says UploadSubmitted, AlertRequested, DeletionRequested, RestorationRequested,
ConeRequested, ColourResetRequested. Owns observers, uploads with their jobs and
calibration reports, and a view of targets, observations and learned colour terms.
"""
