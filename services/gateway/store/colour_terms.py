"""The gateway's own view of the colour terms learned from observers' frames."""

from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.contracts.calibrator import ColourTermLearned, ColourTermsForgotten
from shared.mongo import Database

__all__ = ["LearnedTerms"]


class LearnedTerms:
    """Learned colour terms, ready to be shown."""

    def __init__(self, database: Database) -> None:
        self._terms = database["colour_terms"]

    async def prepare(self) -> None:
        """Make the index."""
        await self._terms.create_index("observer_id")

    async def put(self, learned: ColourTermLearned) -> None:
        """Keep a colour term, unless one of more frames is kept already."""
        entry = learned.model_dump(mode="json")
        number = f"{learned.observer_id}:{learned.survey}:{learned.band}"
        try:
            await self._terms.update_one(
                {"_id": number, "frames": {"$lte": learned.frames}},
                {"$set": entry},
                upsert=True,
            )
        except DuplicateKeyError:
            return  # one of more frames is kept

    async def forget(self, forgotten: ColourTermsForgotten) -> None:
        """Drop the colour terms that were forgotten."""
        query: dict[str, Any] = {"observer_id": forgotten.observer_id}
        if forgotten.survey is not None:
            query["survey"] = forgotten.survey
        if forgotten.band is not None:
            query["band"] = forgotten.band
        await self._terms.delete_many(query)

    async def of(self, observer_id: int) -> list[ColourTermLearned]:
        """Return an observer's colour terms, by survey and band."""
        found = self._terms.find({"observer_id": observer_id})
        terms = [ColourTermLearned.model_validate(kept) async for kept in found]
        return sorted(terms, key=lambda term: (term.survey, term.band))
