"""Start the calibrator service: ``python -m services.calibrator``."""

from services.calibrator.service import build
from services.calibrator.settings import Settings
from shared.messaging.process import run

if __name__ == "__main__":
    run(build, Settings)
