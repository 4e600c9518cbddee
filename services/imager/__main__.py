"""Start the imager service: ``python -m services.imager``."""

from services.imager.service import build
from services.imager.settings import Settings
from shared.messaging.process import run

if __name__ == "__main__":
    run(build, Settings)
