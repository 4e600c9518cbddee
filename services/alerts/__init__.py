"""Keeps IVORN-named targets and the observations of their light curves.

Targets come from people and, by themselves, from alert streams: each packet is kept
as it came, then decided about by rules that are data.

Hears AlertRequested, RetractionRequested, MergerRequested, DeletionRequested,
RestorationRequested, CalibrationSolved, PacketSubmitted, PromotionRequested, and its
own PacketReceived. Says AlertCreated, AlertRevised, ObservationRecorded,
ObservationTried, ObservationDeleted, PacketReceived, PacketDecided, RequestRefused.
Owns targets, observations and the inbox of packets.
"""
