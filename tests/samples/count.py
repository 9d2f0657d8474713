"""Counts the calls of appels.csv per abonné and state, independently of Permanence: python3 count.py > appels-count.json"""

import collections
import csv
import json
import pathlib

here = pathlib.Path(__file__).parent
with open(here / "appels.csv", encoding="utf-8-sig", newline="") as file:
    counts = collections.Counter((row["abonné"], row["état"]) for row in csv.DictReader(file, delimiter=";"))
nested = collections.defaultdict(dict)
for (abonne, state), count in sorted(counts.items()):
    nested[abonne][state] = count
print(json.dumps(nested, ensure_ascii=False, indent=1))
