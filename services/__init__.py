"""Six services, one broker: how an upload flows.

::

    observer ──HTTP──▶ gateway ──UploadSubmitted──▶ ingest
                          ▲                            │ UploadParsed
                          │                            ▼
                          │                         catalog
                          │                            │ FieldMatched
                          │                            ▼
                          │                        calibrator
                          │                            │ CalibrationSolved
                          │                            ▼
                          └────ObservationRecorded── alerts ──▶ subscribers

An image takes another way to the catalog, and back to it as a list::

    gateway ──ImageSubmitted──▶ catalog ──PlaceCharted──▶ imager
                                catalog ◀──ImageMeasured──┘

Each service is read in the same order: ``__init__`` (what it is), ``service``
(how it is wired), ``handlers`` (event in, events out), ``domain`` (the thinking).
"""
