"""Web pages and HTTP API: receives uploads, shows light curves from its own view.

Hears UploadParsed, SurveysMatched, PlaceSurveyed, AlertCreated, AlertRevised,
ObservationRecorded, ObservationTried, ObservationDeleted, PacketDecided,
CalibrationSolved, ColourTermLearned, ColourTermsForgotten, FieldLocated and every
refusal. Says
UploadSubmitted, FieldRequested, AlertRequested, RetractionRequested, MergerRequested,
PromotionRequested, PacketSubmitted, DeletionRequested, RestorationRequested,
ConeRequested, ColourResetRequested.

Owns observers, uploads with their jobs and calibration reports, and a view of targets,
observations, packets and learned colour terms.
"""
