"""Calendars, bookings, nights and the running day."""
