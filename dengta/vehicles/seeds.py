"""Demo catalogue: invented series of invented brands."""

from dengta.core.actors import Actor
from dengta.vehicles.models import Series
from dengta.vehicles.types import Energy

# Six per brand: (code, name, energy for a brand of combustion cars, energy for a new-energy brand, other names).
LINES = (
    ("a3", "A3", Energy.ICE, Energy.BEV, ("紧凑型轿车",)),
    ("a5", "A5", Energy.ICE, Energy.BEV, ("中型轿车",)),
    ("a7", "A7", Energy.HEV, Energy.EREV, ("旗舰轿车",)),
    ("s4", "S4", Energy.ICE, Energy.BEV, ("小型SUV",)),
    ("s6", "S6", Energy.PHEV, Energy.EREV, ("中型SUV",)),
    ("m8", "M8", Energy.PHEV, Energy.EREV, ("商务车", "MPV")),
)


def demo(by: Actor, brands: list) -> list[Series]:
    """Six series for each brand; a second run adds nothing."""
    made = []
    for brand in brands:
        for code, name, combustion, electric, aliases in LINES:
            whole = f"{brand.code}-{code}"
            found = Series.objects.filter(code=whole).first()
            energy = electric if brand.is_new_energy else combustion
            own = [f"{brand.name}{one}" for one in (name, *aliases)]
            made.append(
                found
                or Series.introduce(
                    by=by, brand=brand, code=whole, name=f"{brand.name} {name}", energy=energy, aliases=own
                )
            )
    return made
