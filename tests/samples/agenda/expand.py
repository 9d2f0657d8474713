"""Writes what two independent packages make of an iCalendar file: icalendar 7.3 and recurring-ical-events 3.8 (PyPI).

    python3 -m venv v && v/bin/pip install icalendar recurring-ical-events
    for name in agenda series; do v/bin/python expand.py $name.ics > $name-expanded.txt; done

A line for each occurrence, sorted: start and end in UTC (days for what lasts all day, the end excluded), then the summary.
Floating times are those of Europe/Paris; what is cancelled is left out.
"""

import datetime
import sys
import zoneinfo

import icalendar
import recurring_ical_events

PARIS = zoneinfo.ZoneInfo("Europe/Paris")


def shown(moment):
    if not isinstance(moment, datetime.datetime):
        return moment.strftime("%Y%m%d")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=PARIS)
    return moment.astimezone(datetime.timezone.utc).strftime("%Y%m%dT%H%MZ")


calendar = icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read())
lines = []
for event in recurring_ical_events.of(calendar).between((2026, 1, 1), (2029, 1, 1)):
    if str(event.get("STATUS", "")) == "CANCELLED":
        continue
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else start + event["DURATION"].dt
    lines.append(f"{shown(start)} {shown(end)} {event['SUMMARY']}")
print("\n".join(sorted(lines)))
