"""Writes public_holidays.txt: the public holidays of France, 2000 to 2050, as the package `holidays` (PyPI, 0.109) knows them.

    python3 -m venv v && v/bin/pip install holidays==0.109 && v/bin/python public_holidays.py > public_holidays.txt

A line for each region and year: the region's word, the year, the dates as MMDD.
"""

import holidays

REGIONS = {
    "metropole": None,
    "alsace-moselle": "57",
    "guadeloupe": "971",
    "martinique": "972",
    "guyane": "973",
    "reunion": "974",
    "mayotte": "976",
    "saint-barthelemy": "BL",
    "saint-martin": "MF",
    "saint-pierre-et-miquelon": "PM",
    "polynesie": "PF",
    "nouvelle-caledonie": "NC",
    "wallis-et-futuna": "WF",
}

for word, subdivision in REGIONS.items():
    for year in range(2000, 2051):
        days = sorted(holidays.France(subdiv=subdivision, years=year))
        print(word, year, " ".join(f"{day:%m%d}" for day in days))
