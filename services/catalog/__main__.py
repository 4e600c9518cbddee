"""Start the catalog service: ``python -m services.catalog``."""

from services.catalog.service import build
from services.catalog.settings import Settings
from shared.messaging.process import run

if __name__ == "__main__":
    run(build, Settings)
