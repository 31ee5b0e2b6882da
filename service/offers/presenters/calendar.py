"""One date of an offer as an iCalendar file (RFC 5545): whole days, as the catalogue has them."""

from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vUri

from service.kit.clock import now
from service.offers.schemas.offers import CohortOut, OfferOut


def calendar_of(offer: OfferOut, cohort: CohortOut, address: str) -> bytes:
    """`address` is that of the service: the file says what everyone may read there, and nobody's name."""
    made = Calendar()
    made.add("prodid", "-//Ridgeway//Offers//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{cohort.id}@{urlsplit(address).hostname}")
    event.add("dtstamp", now())
    event.add("dtstart", cohort.starts_on)
    # The last day is included; in the file it is the first that is not.
    event.add("dtend", cohort.ends_on + timedelta(days=1))
    event.add("summary", offer.title)
    event.add("location", cohort.place or "Online")
    event.add("url", vUri(f"{address}/offers/{offer.id}"))
    made.add_component(event)
    return made.to_ical()
