"""Web pages and HTTP API: receives uploads, shows light curves from its own view.

Hears UploadParsed, PlaceCharted, ImageMeasured, SurveysMatched, PlaceSurveyed,
AlertCreated, AlertRevised, ObservationRecorded, ObservationTried, ObservationDeleted,
PacketDecided, CalibrationSolved, ColourTermLearned, ColourTermsForgotten, FieldLocated
and every refusal. Says UploadSubmitted, ImageSubmitted, FieldRequested, AlertRequested,
RetractionRequested, MergerRequested, PromotionRequested, PacketSubmitted,
DeletionRequested, RestorationRequested, ConeRequested, ColourResetRequested.

Owns observers, uploads with their jobs, what was seen on images, calibration reports,
and a view of targets, observations, packets and learned colour terms.
"""
