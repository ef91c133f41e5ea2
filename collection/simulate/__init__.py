"""Customers, nights and days that are played through the product's own code.

Nothing here decides anything: slots are offered, bookings taken, nights planned, days followed
and planned anew by the same functions that serve people. What is made up is the world around
them: who asks, how long a drive takes, who is not at home, which van breaks down.
"""

from collection.simulate.draws import Noise
from collection.simulate.figures import Figures, measure
from collection.simulate.run import played, simulate
from collection.simulate.setting import Setting

__all__ = ["Figures", "Noise", "Setting", "measure", "played", "simulate"]
