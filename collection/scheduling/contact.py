"""How customers are reached: phone numbers, languages and postcodes, by the country's rules."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import phonenumbers

from collection.dated import in_force
from collection.errors import InvalidRequest

if TYPE_CHECKING:
    from datetime import date

    from collection.model import Country, Customer


def reachable(customer: Customer, country: Country, *, address_country: str, day: date) -> Customer:
    """Write a customer's phone number and language as messages need them.

    Parameters
    ----------
    customer : Customer
        As written.
    country : Country
        Of the territory.
    address_country : str
        Code of the address's country, in lower case; may be empty.
    day : date
        Local date on which they are written.

    Returns
    -------
    Customer
        With the number in E.164, and the country's language where none is named.

    Raises
    ------
    InvalidRequest
        If the number cannot be one, or nobody writes that language there; names the field.
    """
    language = customer.language or country.language
    if country.languages and language not in country.languages:
        known = ", ".join(country.languages)
        message = f"customers in {country.name} are written to in {known}, not {language!r}"
        raise InvalidRequest(message, field="customer.language")
    rule = next(iter(in_force(country.phones, day)), None)
    region = address_country.upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        region = rule.region if rule else country.code.upper()
    example = rule.example if rule and rule.region == region else "+33 6 12 34 56 78"
    number = _number(customer.phone, region, example)
    return replace(customer, phone=number, language=language)


def _number(text: str, region: str, example: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        message = f"{text!r} is no phone number; write it like {example}"
        raise InvalidRequest(message, field="customer.phone") from None
    if number.extension:
        message = f"{text!r} has an extension, which nobody can dial here; leave it out"
        raise InvalidRequest(message, field="customer.phone")
    # Not `is_valid_number`: ranges are opened more often than a package is updated, and a
    # customer whose number is too new could not book.
    if not phonenumbers.is_possible_number(number):
        message = f"{text!r} has too many or too few digits; write it like {example}"
        raise InvalidRequest(message, field="customer.phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def plain_postcode(text: str, country: Country, *, day: date) -> str:
    """Write a postcode as the post does.

    Parameters
    ----------
    text : str
        As written: ``D-69117``, ``98 000``; may be empty.
    country : Country
        Where it is.
    day : date
        Local date on which it is written.

    Returns
    -------
    str
        Without spaces and prefix; as written where the country has no rule.

    Raises
    ------
    InvalidRequest
        If the country has no such postcodes; names the field and shows one.
    """
    rule = next(iter(in_force(country.postcodes, day)), None)
    if rule is None or not text:
        return text
    code = "".join(text.upper().split())
    for prefix in rule.prefixes:
        code = code.removeprefix(prefix)
    if not re.fullmatch(rule.pattern, code, re.ASCII):
        message = f"{text!r} is no postcode of {country.name}; write it like {rule.example}"
        raise InvalidRequest(message, field="address.postcode")
    return code
