"""Prints calibrated points, from the first: ``python points.py amqp://…``."""

import asyncio
import sys

from cpcs.happenings import Deleted, Point
from cpcs.subscribing import heard_points


async def main(broker: str) -> None:
    """Print what the stream says, a line each."""
    async for one in heard_points(broker, name="example", start="first"):
        match one.what:
            case Point() as point:
                told = f"{point.target}\t{point.mjd}\t{point.mag}\t{point.total_err}"
                print(f"{told}\t{point.survey}/{point.band}", flush=True)
            case Deleted(number=number):
                print(f"deleted\t{number}", flush=True)
            case None:
                pass


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
