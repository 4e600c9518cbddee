"""Five services, one broker: how an upload flows.

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

Each service is read in the same order: ``__init__`` (what it is), ``service``
(how it is wired), ``handlers`` (event in, events out), ``domain`` (the thinking).
"""
