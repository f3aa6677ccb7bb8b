"""Unit conversions (learn.microsoft.com, "convert_length()" and its neighbours)."""

from __future__ import annotations

import math

from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.terms import Value

_METRIC = {
    "Nano": 1e-9,
    "Micro": 1e-6,
    "Milli": 1e-3,
    "Centi": 1e-2,
    "Deci": 1e-1,
    "": 1.0,
    "Deca": 10.0,
    "Hecto": 1e2,
    "Kilo": 1e3,
    "Mega": 1e6,
    "Giga": 1e9,
}


def _scaled(unit: str, power: int = 1) -> dict[str, float]:
    lowered = unit.lower()
    return {(f"{prefix}{lowered}" if prefix else unit): factor**power for prefix, factor in _METRIC.items()}


_LENGTH = {**_scaled("Meter"), "Inch": 0.0254, "Foot": 0.3048, "Yard": 0.9144, "Mile": 1609.344, "NauticalMile": 1852.0}
_ANGLE = {
    "Radian": 1.0,
    "Degree": math.pi / 180,
    "Arcminute": math.pi / 10_800,
    "Arcsecond": math.pi / 648_000,
    "Gradian": math.pi / 200,
    "Revolution": 2 * math.pi,
}
_ENERGY = {
    **_scaled("Joule"),
    "Calorie": 4.184,
    "Kilocalorie": 4184.0,
    "BritishThermalUnit": 1055.05585262,
    "WattHour": 3600.0,
    "KilowattHour": 3.6e6,
    "ElectronVolt": 1.602176634e-19,
    "FootPound": 1.3558179483314004,
}
_FORCE = {**_scaled("Newton"), "Dyn": 1e-5, "PoundForce": 4.4482216152605, "KilogramForce": 9.80665}
_MASS = {
    **{f"{prefix}{'gram' if prefix else 'Gram'}": factor / 1000 for prefix, factor in _METRIC.items()},
    "Tonne": 1000.0,
    "Pound": 0.45359237,
    "Ounce": 0.028349523125,
    "Stone": 6.35029318,
}
_TIMES = {"Second": 1.0, "Minute": 60.0, "Hour": 3600.0}
_SPEED = {f"{length}Per{time}": a / b for length, a in _LENGTH.items() for time, b in _TIMES.items()} | {
    "Knot": 1852 / 3600
}
_VOLUME = {
    **{f"Cubic{'Meter' if not prefix else prefix.lower() + 'meter'}": factor**3 for prefix, factor in _METRIC.items()},
    **{k: v / 1000 for k, v in _scaled("Liter").items()},
}
_SCALES = {
    "angle": _ANGLE,
    "energy": _ENERGY,
    "force": _FORCE,
    "length": _LENGTH,
    "mass": _MASS,
    "speed": _SPEED,
    "volume": _VOLUME,
}

for _family in (*_SCALES, "temperature"):
    define(
        f"convert_{_family}(value:real, source:string, target:string) -> real",
        lambda v, a, b, family=_family: Value(f"kql_convert({v.sql}, '{family}', {a.sql}, {b.sql})", "real"),
        f"A {_family} in another unit; null for a unit that the lab does not know.",
    )


def _kelvin(value: float, unit: str, back: bool) -> float | None:
    scale, offset = {
        "Kelvin": (1.0, 0.0),
        "DegreeCelsius": (1.0, 273.15),
        "DegreeFahrenheit": (5 / 9, 459.67 * 5 / 9),
        "DegreeRankine": (5 / 9, 0.0),
    }.get(unit, (0.0, 0.0))
    if not scale:
        return None
    return (value - offset) / scale if back else value * scale + offset


@python("convert", "DOUBLE VARCHAR VARCHAR VARCHAR", "DOUBLE")
def _py_convert(value: float | None, family: str, source: str | None, target: str | None) -> float | None:
    if value is None or source is None or target is None:
        return None
    if family == "temperature":
        kelvin = _kelvin(value, source, back=False)
        return None if kelvin is None else _kelvin(kelvin, target, back=True)
    scale = _SCALES[family]
    return value * scale[source] / scale[target] if source in scale and target in scale else None
