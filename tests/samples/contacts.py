"""Reads an export of contacts with readers of others and says what it holds as JSON, one list a card:
python3 contacts.py csv|vcf FILE. Python's own csv module, and vobject from PyPI."""

import csv
import json
import sys

kind, path = sys.argv[1:]
cards = []
if kind == "csv":
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            cards.append([row["Civilité"], row["Nom"], row["Prénom"], row["Date de naissance"], row["Adresse"],
                          row["Code postal"], row["Ville"], row["Téléphone 1"], row["Usage 1"], row["Téléphone 2"],
                          row["E-mail"], row["Notes"], row["Nouveau"]])
else:
    import vobject

    with open(path, encoding="utf-8", newline="") as file:
        for card in vobject.readComponents(file.read()):
            name, first = card.n.value, lambda kind: card.contents.get(kind, [None])[0]
            place, birth, note, mail = first("adr"), first("bday"), first("note"), first("email")
            labels = {one.group: one.value for one in card.contents.get("x-ablabel", [])}
            phones = card.contents.get("tel", [])
            birth = birth.value if birth else ""
            cards.append([name.prefix, name.family, name.given, f"{birth[6:]}/{birth[4:6]}/{birth[:4]}" if birth else "",
                          place.value.street if place else "", place.value.code if place else "",
                          place.value.city if place else "", phones[0].value if phones else "",
                          labels.get(phones[0].group, "") if phones else "",
                          phones[1].value if len(phones) > 1 else "", mail.value if mail else "",
                          note.value if note else "", "oui" if first("x-permanence-nouveau") else ""])
json.dump(cards, sys.stdout, ensure_ascii=False)
