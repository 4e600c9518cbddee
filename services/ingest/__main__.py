"""Start the ingest service: ``python -m services.ingest``."""

from services.ingest.service import build
from services.ingest.settings import Settings
from shared.messaging.process import run

if __name__ == "__main__":
    run(build, Settings)
