"""Series for tests of all rooms."""

from itertools import count

from dengta.core import scope
from dengta.org.models import Brand
from dengta.vehicles.models import Series

numbers = count(1)


def make_series(brand: Brand, code: str = "", **fields) -> Series:
    with scope.open(brand.group_id):
        code = code or f"series-{next(numbers)}"
        return Series.objects.create(brand=brand, code=code, **{"name": code.upper(), **fields})
